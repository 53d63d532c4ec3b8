/* Loaded into a program with LD_PRELOAD: notes what a power cut could take back.
 *
 * Below the folder QLY_CUT_ROOT every write, truncation, creation, rename and removal is noted in the file
 * QLY_CUT_LOG before it is done, with what it destroys; every fsync and fdatasync is noted and not done, since the
 * page cache stands in for the disk: whoever kills the program and then takes back all that no sync covers
 * (tests/helpers/power_cut.py) has the disk as a power cut leaves it. SQLite's -shm files live in memory alone.
 *
 * Records, little-endian as the machine: kind u1 · inode u8 · number u8 · size u8 · bytes u8 · that many bytes.
 *   W write (number: offset, size: file's size before, bytes: what stood there)   T truncation (number: new size,
 *   size: size before, bytes: what is cut off)   S a sync of a file or folder
 *   C created (bytes: path)   R renamed (bytes: from NUL to)   U removed (bytes: path NUL kept as)
 *   M folder made (bytes: path)
 * A rename over a file and a removal first keep the file under another name beside the log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 65536

static char root[PATH_MAX], logname[PATH_MAX];
static int log_fd = -1;
static unsigned char tracked[FILES];
static uint64_t inode_of[FILES];
static uint64_t kept;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(type, name, ...)                                                                                          \
    static type (*real)(__VA_ARGS__);                                                                                  \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static void die(const char *what) {
    fprintf(stderr, "power_cut: %s: %s\n", what, strerror(errno));
    _exit(98);
}

__attribute__((constructor)) static void begin(void) {
    const char *r = getenv("QLY_CUT_ROOT"), *l = getenv("QLY_CUT_LOG");
    if (!r || !l || !realpath(r, root)) return;
    int (*real_open)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
    snprintf(logname, sizeof logname, "%s", l);
    log_fd = real_open(logname, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_fd < 0) die(logname);
    kept = (uint64_t)getpid() << 32;
}

/* One writev: a kill leaves at most the last record torn, and what it announces is then not done. */
static void note(char kind, uint64_t inode, uint64_t number, uint64_t size, const void *bytes, uint64_t length) {
    unsigned char head[33];
    head[0] = (unsigned char)kind;
    memcpy(head + 1, &inode, 8);
    memcpy(head + 9, &number, 8);
    memcpy(head + 17, &size, 8);
    memcpy(head + 25, &length, 8);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
    if (writev(log_fd, parts, 2) != (ssize_t)(sizeof head + length)) die("log");
}

static int below(const char *path, char *whole) {
    if (log_fd < 0) return 0;
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    char resolved[PATH_MAX];
    if (!realpath(*folder ? folder : "/", resolved)) return 0;
    if (snprintf(whole, PATH_MAX, "%s/%s", resolved, name) >= PATH_MAX) return 0;
    size_t n = strlen(root), m = strlen(whole);
    if (m > 4 && !strcmp(whole + m - 4, "-shm")) return 0;
    return !strncmp(whole, root, n) && (whole[n] == '/' || !whole[n]);
}

static void follow(int fd, const char *path) {
    struct stat s;
    char whole[PATH_MAX];
    if (fd < 0 || fd >= FILES) return;
    tracked[fd] = 0;
    if (below(path, whole) && !fstat(fd, &s)) {
        tracked[fd] = 1;
        inode_of[fd] = s.st_ino;
    }
}

static int opened(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
    char whole[PATH_MAX];
    struct stat s;
    int mine = below(path, whole);
    pthread_mutex_lock(&lock);
    int fresh = mine && (flags & O_CREAT) && lstat(path, &s);
    if (fresh) note('C', 0, 0, 0, whole, strlen(whole));
    if (mine && (flags & O_TRUNC) && !fresh) die("truncation at opening is not known here");
    int fd = real(path, flags, mode);
    follow(fd, path);
    pthread_mutex_unlock(&lock);
    return fd;
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        REAL(int, #name, const char *, int, ...);                                                                      \
        va_list list;                                                                                                  \
        va_start(list, flags);                                                                                         \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(list, mode_t) : 0;                                      \
        va_end(list);                                                                                                  \
        return opened(real, path, flags, mode);                                                                        \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                                                   \
    int name(int at, const char *path, int flags, ...) {                                                               \
        REAL(int, #name, int, const char *, int, ...);                                                                 \
        va_list list;                                                                                                  \
        va_start(list, flags);                                                                                         \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(list, mode_t) : 0;                                      \
        va_end(list);                                                                                                  \
        if (at == AT_FDCWD || path[0] == '/') return open(path, flags, mode);                                          \
        return real(at, path, flags, mode);                                                                            \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int fd) {
    REAL(int, "close", int);
    if (fd >= 0 && fd < FILES) tracked[fd] = 0;
    return real(fd);
}

static int ours(int fd) { return log_fd >= 0 && fd >= 0 && fd < FILES && tracked[fd]; }

static ssize_t before_write(int fd, size_t count, off_t at) {
    struct stat s;
    if (fstat(fd, &s)) return -1;
    size_t there = at < s.st_size ? (size_t)(s.st_size - at) : 0;
    if (there > count) there = count;
    char *old = malloc(there ? there : 1);
    int reader = -1;
    if (there) { /* the file may be open for writing alone */
        char name[64];
        snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
        int (*real_open)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
        int (*real_close)(int) = (int (*)(int))dlsym(RTLD_NEXT, "close");
        if (pread(fd, old, there, at) != (ssize_t)there) {
            reader = real_open(name, O_RDONLY | O_CLOEXEC);
            if (pread(reader, old, there, at) != (ssize_t)there) die("reading what a write destroys");
            real_close(reader);
        }
    }
    note('W', inode_of[fd], (uint64_t)at, (uint64_t)s.st_size, old, there);
    free(old);
    return 0;
}

#define PWRITE(name)                                                                                                   \
    ssize_t name(int fd, const void *bytes, size_t count, off_t at) {                                                  \
        REAL(ssize_t, #name, int, const void *, size_t, off_t);                                                        \
        if (!ours(fd)) return real(fd, bytes, count, at);                                                              \
        pthread_mutex_lock(&lock);                                                                                     \
        before_write(fd, count, at);                                                                                   \
        ssize_t done = real(fd, bytes, count, at);                                                                     \
        pthread_mutex_unlock(&lock);                                                                                   \
        return done;                                                                                                   \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int fd, const void *bytes, size_t count) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (!ours(fd)) return real(fd, bytes, count);
    pthread_mutex_lock(&lock);
    off_t at = (fcntl(fd, F_GETFL) & O_APPEND) ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    before_write(fd, count, at);
    ssize_t done = real(fd, bytes, count);
    pthread_mutex_unlock(&lock);
    return done;
}

static void before_truncation(int fd, off_t size) {
    struct stat s;
    if (fstat(fd, &s)) die("fstat");
    size_t cut = size < s.st_size ? (size_t)(s.st_size - size) : 0;
    char *old = malloc(cut ? cut : 1);
    if (cut && pread(fd, old, cut, size) != (ssize_t)cut) die("reading what a truncation destroys");
    note('T', inode_of[fd], (uint64_t)size, (uint64_t)s.st_size, old, cut);
    free(old);
}

#define TRUNCATE(name)                                                                                                 \
    int name(int fd, off_t size) {                                                                                     \
        REAL(int, #name, int, off_t);                                                                                  \
        if (!ours(fd)) return real(fd, size);                                                                          \
        pthread_mutex_lock(&lock);                                                                                     \
        before_truncation(fd, size);                                                                                   \
        int done = real(fd, size);                                                                                     \
        pthread_mutex_unlock(&lock);                                                                                   \
        return done;                                                                                                   \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

static int synced(int fd) {
    pthread_mutex_lock(&lock);
    note('S', inode_of[fd], 0, 0, "", 0);
    pthread_mutex_unlock(&lock);
    return 0;
}

#define SYNC(name)                                                                                                     \
    int name(int fd) {                                                                                                 \
        REAL(int, #name, int);                                                                                         \
        return ours(fd) ? synced(fd) : real(fd);                                                                       \
    }
SYNC(fsync)
SYNC(fdatasync)

/* Keep a file that is about to lose its name; return under which name, "" when there is none. */
static const char *keep(const char *path, char *name) {
    struct stat s;
    *name = 0;
    if (lstat(path, &s) || !S_ISREG(s.st_mode)) return name;
    if (snprintf(name, PATH_MAX, "%s.kept-%llx", logname, (unsigned long long)++kept) >= PATH_MAX) die("keeping a file");
    if (link(path, name)) die("keeping a file");
    return name;
}

static size_t pair(char *both, const char *one, const char *two) {
    size_t n = strlen(one) + 1, m = strlen(two);
    memcpy(both, one, n);
    memcpy(both + n, two, m);
    return n + m;
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    char whole[PATH_MAX], name[PATH_MAX], both[2 * PATH_MAX];
    if (!below(path, whole) || access(path, F_OK)) return real(path);
    pthread_mutex_lock(&lock);
    size_t n = pair(both, whole, keep(path, name));
    note('U', 0, 0, 0, both, n);
    int done = real(path);
    pthread_mutex_unlock(&lock);
    return done;
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    char whole[PATH_MAX], target[PATH_MAX], name[PATH_MAX], both[2 * PATH_MAX];
    if (!below(from, whole) || !below(to, target)) return real(from, to);
    pthread_mutex_lock(&lock);
    if (!access(to, F_OK)) {
        size_t n = pair(both, target, keep(to, name));
        note('U', 0, 0, 0, both, n);
    }
    size_t n = pair(both, whole, target);
    note('R', 0, 0, 0, both, n);
    int done = real(from, to);
    pthread_mutex_unlock(&lock);
    return done;
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    char whole[PATH_MAX];
    struct stat s;
    if (!below(path, whole) || !lstat(path, &s)) return real(path, mode);
    pthread_mutex_lock(&lock);
    note('M', 0, 0, 0, whole, strlen(whole));
    int done = real(path, mode);
    pthread_mutex_unlock(&lock);
    return done;
}
