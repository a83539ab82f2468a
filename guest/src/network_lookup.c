/*
 * A program of the kind sk_lookup, attached to the namespace: the kernel asks it for the listener of each new
 * connection. It leaves those to 127.0.0.0/8 and ::1 alone and gives all others to ours, whatever their port. The
 * accepted socket's own address is where the connection was meant to go. The namespace keeps it for as long as a
 * descriptor of the link is open, which is as long as this process lives. See BPF_PROG_TYPE_SK_LOOKUP of the kernel.
 */
#include "guest.h"
#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIELD(name) offsetof(struct bpf_sk_lookup, name)
#define LOAD(to, from, at) {.code = BPF_LDX | BPF_W | BPF_MEM, .dst_reg = to, .src_reg = from, .off = at}
#define STORE(to, at, value) {.code = BPF_ST | BPF_W | BPF_MEM, .dst_reg = to, .off = at, .imm = value}
#define MAP(to, map) {.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = to, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map}
#define MOVE(to, from) {.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = to, .src_reg = from}
#define SET(to, value) {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = to, .imm = value}
#define ADD(to, value) {.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = to, .imm = value}
#define AND(to, value) {.code = BPF_ALU64 | BPF_AND | BPF_K, .dst_reg = to, .imm = value}
#define OR(to, from) {.code = BPF_ALU64 | BPF_OR | BPF_X, .dst_reg = to, .src_reg = from}
#define CALL(function) {.code = BPF_JMP | BPF_CALL, .imm = function}
#define RETURN {.code = BPF_JMP | BPF_EXIT}
/* Jumps say where they stand and where they lead. */
#define GO(here, there) {.code = BPF_JMP | BPF_JA, .off = there - here - 1}
#define GO_IF_EQUAL(here, register, value, there) \
    {.code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = register, .off = there - here - 1, .imm = value}
#define GO_IF_OTHER(here, register, value, there) \
    {.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = register, .off = there - here - 1, .imm = value}

enum { IPV4 = 14, OURS = 17, THEIRS = 33, NOBODYS = 35, END = 37 };

static int bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
    int result = syscall(SYS_bpf, command, attributes, sizeof *attributes);
    if (result < 0)
        die("sk_lookup: connections can't be steered to the server");
    return result;
}

static int map_of(int listener)
{
    int map = bpf(BPF_MAP_CREATE, &(union bpf_attr){
        .map_type = BPF_MAP_TYPE_SOCKMAP, .key_size = sizeof(uint32_t), .value_size = sizeof(uint64_t),
        .max_entries = 1});
    uint32_t key = 0;
    uint64_t value = listener;
    bpf(BPF_MAP_UPDATE_ELEM, &(union bpf_attr){
        .map_fd = map, .key = (uintptr_t)&key, .value = (uintptr_t)&value, .flags = BPF_ANY});
    return map;
}

static int load(int map)
{
    const struct bpf_insn program[END] = {
        [0] = MOVE(BPF_REG_6, BPF_REG_1),
        [1] = LOAD(BPF_REG_2, BPF_REG_6, FIELD(protocol)),
        [2] = GO_IF_OTHER(2, BPF_REG_2, IPPROTO_TCP, THEIRS),
        [3] = LOAD(BPF_REG_2, BPF_REG_6, FIELD(family)),
        [4] = GO_IF_EQUAL(4, BPF_REG_2, AF_INET, IPV4),

        [5] = LOAD(BPF_REG_2, BPF_REG_6, FIELD(local_ip6[0])),
        [6] = LOAD(BPF_REG_3, BPF_REG_6, FIELD(local_ip6[1])),
        [7] = OR(BPF_REG_2, BPF_REG_3),
        [8] = LOAD(BPF_REG_3, BPF_REG_6, FIELD(local_ip6[2])),
        [9] = OR(BPF_REG_2, BPF_REG_3),
        [10] = GO_IF_OTHER(10, BPF_REG_2, 0, OURS),
        [11] = LOAD(BPF_REG_2, BPF_REG_6, FIELD(local_ip6[3])),
        [12] = GO_IF_EQUAL(12, BPF_REG_2, (int)htonl(1), THEIRS),
        [13] = GO(13, OURS),

        [IPV4] = LOAD(BPF_REG_2, BPF_REG_6, FIELD(local_ip4)),
        [15] = AND(BPF_REG_2, 0xff), /* the first of the address's bytes, on the little-endian machines we run on */
        [16] = GO_IF_EQUAL(16, BPF_REG_2, 127, THEIRS),

        [OURS] = STORE(BPF_REG_10, -4, 0),
        [18] = MAP(BPF_REG_1, map), [19] = {0},
        [20] = MOVE(BPF_REG_2, BPF_REG_10),
        [21] = ADD(BPF_REG_2, -4),
        [22] = CALL(BPF_FUNC_map_lookup_elem),
        [23] = GO_IF_EQUAL(23, BPF_REG_0, 0, NOBODYS),
        [24] = MOVE(BPF_REG_7, BPF_REG_0),
        [25] = MOVE(BPF_REG_1, BPF_REG_6),
        [26] = MOVE(BPF_REG_2, BPF_REG_7),
        [27] = SET(BPF_REG_3, 0),
        [28] = CALL(BPF_FUNC_sk_assign),
        [29] = MOVE(BPF_REG_8, BPF_REG_0),
        [30] = MOVE(BPF_REG_1, BPF_REG_7),
        [31] = CALL(BPF_FUNC_sk_release),
        [32] = GO_IF_OTHER(32, BPF_REG_8, 0, NOBODYS),

        [THEIRS] = SET(BPF_REG_0, SK_PASS),
        [34] = RETURN,
        [NOBODYS] = SET(BPF_REG_0, SK_DROP),
        [36] = RETURN,
    };
    return bpf(BPF_PROG_LOAD, &(union bpf_attr){
        .prog_type = BPF_PROG_TYPE_SK_LOOKUP,
        .expected_attach_type = BPF_SK_LOOKUP,
        .insns = (uintptr_t)program,
        .insn_cnt = END,
        .license = (uintptr_t)"MIT",
    });
}

void steer_streams_to(int listener)
{
    int namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (namespace < 0)
        die("/proc/self/ns/net");
    int map = map_of(listener);
    int program = load(map);
    bpf(BPF_LINK_CREATE, &(union bpf_attr){.link_create = {
        .prog_fd = program, .target_fd = namespace, .attach_type = BPF_SK_LOOKUP}});
    close(program);
    close(map);
    close(namespace);
}
