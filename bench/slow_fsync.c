/* Loaded before libc (LD_PRELOAD): fsync and fdatasync take 2 ms longer, as on a volume in a cloud.
   SLOW_FSYNC_US in the environment says how many microseconds instead. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static void pause_as_a_slow_disk(void)
{
    const char *given = getenv("SLOW_FSYNC_US");
    long microseconds = given ? atol(given) : 2000;
    struct timespec left = {microseconds / 1000000, (microseconds % 1000000) * 1000};
    while (nanosleep(&left, &left) == -1 && errno == EINTR)
        ;
}

static int slowly(const char *name, int descriptor)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = real(descriptor);
    int kept = errno;
    pause_as_a_slow_disk();
    errno = kept;
    return result;
}

int fsync(int descriptor) { return slowly("fsync", descriptor); }
int fdatasync(int descriptor) { return slowly("fdatasync", descriptor); }
