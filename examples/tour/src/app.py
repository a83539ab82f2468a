print("hello from the tour")
