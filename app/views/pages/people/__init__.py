"""The people page: accounts, their rights and areas, and who is signed in where."""
