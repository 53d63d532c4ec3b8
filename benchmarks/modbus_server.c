/* An independent Modbus TCP server for benchmarks/acquisition.py, on Debian's libmodbus.
 *
 * Usage: modbus_server COUNT. Listens on COUNT free ports of loopback, prints them in one line, serves until its
 * standard input closes. Every unit has 480 holding registers: 240 big-endian f32 of which a fifth changes with each
 * read, except registers 0-3, which carry the server's UTC milliseconds as a big-endian u64 at each read.
 */
#include <arpa/inet.h>
#include <errno.h>
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

#define REGISTERS 480
#define MOST 512

static modbus_t *context;
static modbus_mapping_t *mapping;
static int is_listener[FD_SETSIZE];

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

static void set_float(int place, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    mapping->tab_registers[2 * place] = bits >> 16;
    mapping->tab_registers[2 * place + 1] = bits & 0xFFFF;
}

static void refresh(void)
{
    static unsigned turn;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t ms = (uint64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    turn++;
    for (int place = 2 + turn % 5; place < REGISTERS / 2; place += 5)
        set_float(place, (float)((turn * 7 + place) % 1000) * 0.1f);
    for (int i = 0; i < 4; i++)
        mapping->tab_registers[i] = (uint16_t)(ms >> (48 - 16 * i));
}

static int serve(int fd)
{
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    modbus_set_socket(context, fd);
    int size = modbus_receive(context, query);
    if (size < 0)
        return -1;
    refresh();
    return size == 0 ? 0 : modbus_reply(context, query, size, mapping);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1, highest = 0;
    fd_set watched;
    if (count < 1 || count > MOST)
        return 2;
    context = modbus_new_tcp("127.0.0.1", 0);
    mapping = modbus_mapping_new(16, 16, REGISTERS, REGISTERS);
    if (!context || !mapping)
        return 1;
    FD_ZERO(&watched);
    FD_SET(STDIN_FILENO, &watched);
    for (int i = 0; i < count; i++) {
        int fd = listen_on_a_free_port();
        is_listener[fd] = 1;
        FD_SET(fd, &watched);
        highest = fd > highest ? fd : highest;
    }
    printf("\n");
    fflush(stdout);
    for (;;) {
        fd_set ready = watched;
        if (select(highest + 1, &ready, NULL, NULL, NULL) < 0)
            return 1;
        if (FD_ISSET(STDIN_FILENO, &ready))
            return 0;
        for (int fd = 1; fd <= highest; fd++) {
            if (!FD_ISSET(fd, &ready))
                continue;
            if (is_listener[fd]) {
                int one = 1, client = accept(fd, NULL, NULL);
                if (client < 0 || client >= FD_SETSIZE)
                    continue;
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                FD_SET(client, &watched);
                highest = client > highest ? client : highest;
            } else if (serve(fd) < 0) {
                close(fd);
                FD_CLR(fd, &watched);
            }
        }
    }
}
