urlpatterns = []
app_name = "ceremony"
