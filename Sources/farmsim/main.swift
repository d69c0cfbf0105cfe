print("farmsim")
