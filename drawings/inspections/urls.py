urlpatterns = []
app_name = "inspections"
