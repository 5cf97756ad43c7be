// How photos and their files are put into the store, changed and taken out of it. Loaded with what handles photos.

import { within } from "./store.mjs";

export const putPhoto = (photo, files) =>
  within("readwrite", ["photos", "files"], (photos, stored) => {
    photos.put(photo);
    stored.put({ key: photo.key, ...files });
  });

// Change a photo and its files together, if it is still wanted.
export const changePhoto = (key, fields, files) =>
  within("readwrite", ["photos", "files"], (photos, stored) => {
    photos.get(key).onsuccess = ({ target }) => {
      if (!target.result) return;
      photos.put({ ...target.result, ...fields });
      stored.put({ key, ...files });
    };
  });

// The server has a photo with this caption; with `fields`, its original is still to go. Return the photo as it was, if it was
// not deleted meanwhile: it stays while something of it is still to be sent.
export const photoTaken = (key, caption, fields = null) =>
  within("readwrite", ["photos", "files"], (photos, stored) => {
    const asked = photos.get(key);
    asked.onsuccess = () => {
      const photo = asked.result;
      if (!fields) stored.delete(key);
      if (!photo) return;
      const now = { ...photo, sent: caption ?? photo.sent ?? photo.caption, told: null, ...(fields ?? { state: "done" }) };
      if (fields || now.caption !== now.sent) photos.put(now);
      else photos.delete(key);
    };
    return asked;
  });

// What was typed at a photo that stood there as `photo`. Of one that has gone, with that caption, the new words stay here until
// the server has them as well.
export const setCaption = (photo, caption) =>
  within("readwrite", ["photos"], (photos) => {
    photos.get(photo.key).onsuccess = ({ target }) => {
      const now = target.result ?? { ...photo, state: "done", sent: photo.caption };
      const sent = ["copy", "done"].includes(now.state) && now.sent === undefined ? now.caption : now.sent;
      if (now.state === "done" && caption === sent) photos.delete(photo.key);
      else photos.put({ ...now, sent, caption });
    };
  });

// The server has the original, or it was never sent and is not wanted: nothing of it stays.
export const photoDone = (key) =>
  within("readwrite", ["photos", "files"], (photos, stored) => {
    photos.delete(key);
    stored.delete(key);
  });
