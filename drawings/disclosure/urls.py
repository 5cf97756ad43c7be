urlpatterns = []
app_name = "disclosure"
