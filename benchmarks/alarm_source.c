/* An independent Modbus TCP server whose registers cross a limit, for benchmarks/alarm_flood.py; on Debian's libmodbus.
 *
 * Usage: alarm_source PLCS MOVING STANDING RATE. Listens on PLCS free ports of loopback and prints them in one line.
 * Each port has registers of its own: 0 to MOVING-1 move, the STANDING ones behind them stay at 0xFFFF.
 *
 * "go": movement begins; prints the UTC nanoseconds of its begin. From then on change n (0, 1, 2…) happens exactly
 * n / RATE seconds later: at PLC n % PLCS, register (n / PLCS) % MOVING. The value tells which change of the register
 * it was, j = 0, 1, 2…: 0x8000 + j for even ones (above the limit), j for odd ones (below). Registers are brought up to
 * the moment when they are read, so that every reply is the truth of its time.
 * "stop": nothing moves any more; prints how many changes there were. The end of standard input ends the server.
 */
#include <arpa/inet.h>
#include <modbus.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 64

static modbus_t *context;
static modbus_mapping_t *mapping[MOST];
static int plc_of[FD_SETSIZE], is_listener[FD_SETSIZE];
static long plcs, moving, standing, done;
static double rate;
static int64_t began;
static int runs;

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void bring_up_to_now(void)
{
    long due = runs ? 1 + (long)((double)(now_ns() - began) / 1e9 * rate) : 0;
    for (; runs && done < due; done++) {
        long j = done / (plcs * moving);
        mapping[done % plcs]->tab_registers[done / plcs % moving] = (uint16_t)(j % 2 ? j : 0x8000 + j);
    }
}

static int listen_on_a_free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) || listen(fd, 16) ||
        getsockname(fd, (struct sockaddr *)&address, &size)) {
        perror("listen");
        exit(1);
    }
    printf("%d ", ntohs(address.sin_port));
    return fd;
}

static int serve(int fd)
{
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    modbus_set_socket(context, fd);
    int size = modbus_receive(context, query);
    if (size < 0)
        return -1;
    bring_up_to_now();
    return size == 0 ? 0 : modbus_reply(context, query, size, mapping[plc_of[fd]]);
}

static int obey(void)
{
    char word[16] = "";
    if (!fgets(word, sizeof word, stdin))
        return -1;
    if (!strcmp(word, "go\n")) {
        began = now_ns();
        runs = 1;
        printf("%lld\n", (long long)began);
    } else if (!strcmp(word, "stop\n")) {
        bring_up_to_now();
        runs = 0;
        printf("%ld\n", done);
    }
    fflush(stdout);
    return 0;
}

static int accept_one(int listener, fd_set *watched)
{
    int one = 1, client = accept(listener, NULL, NULL);
    if (client < 0 || client >= FD_SETSIZE)
        return -1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    plc_of[client] = plc_of[listener];
    FD_SET(client, watched);
    return client;
}

int main(int argc, char **argv)
{
    int highest = 0;
    fd_set watched;
    if (argc != 5 || (plcs = atol(argv[1])) < 1 || plcs > MOST)
        return 2;
    moving = atol(argv[2]), standing = atol(argv[3]), rate = atof(argv[4]);
    context = modbus_new_tcp("127.0.0.1", 0);
    FD_ZERO(&watched);
    FD_SET(STDIN_FILENO, &watched);
    for (long i = 0; i < plcs; i++) {
        int fd = listen_on_a_free_port();
        mapping[i] = modbus_mapping_new(1, 1, (int)(moving + standing), 1);
        if (!context || !mapping[i])
            return 1;
        memset(mapping[i]->tab_registers + moving, 0xFF, (size_t)standing * sizeof(uint16_t));
        is_listener[fd] = 1;
        plc_of[fd] = (int)i;
        FD_SET(fd, &watched);
        highest = fd > highest ? fd : highest;
    }
    printf("\n");
    fflush(stdout);
    for (;;) {
        fd_set ready = watched;
        if (select(highest + 1, &ready, NULL, NULL, NULL) < 0)
            return 1;
        if (FD_ISSET(STDIN_FILENO, &ready) && obey())
            return 0;
        for (int fd = 1, last = highest; fd <= last; fd++) {
            if (!FD_ISSET(fd, &ready))
                continue;
            if (is_listener[fd]) {
                int client = accept_one(fd, &watched);
                highest = client > highest ? client : highest;
            } else if (serve(fd) < 0) {
                close(fd);
                FD_CLR(fd, &watched);
            }
        }
    }
}
