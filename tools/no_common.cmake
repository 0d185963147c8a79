# Read by llama.cpp's project(): its command line helpers (two fifths of the build) are of no use
# to the Python package, which insists on them with a cache entry; a variable goes before that.
set(LLAMA_BUILD_COMMON OFF)
