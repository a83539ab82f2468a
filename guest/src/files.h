/*
 * What the host asks of the files of a sandbox, and the answer: one request on standard input, records on standard
 * output (files.c). Java's io.agentfense.sandbox.files mirrors this file. Names and patterns are bytes without NUL.
 */
#ifndef AGENTFENSE_FILES_H
#define AGENTFENSE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

enum { FILES_MAGIC = 0x41465246, MAX_TEXT = 64 * 1024, MAX_RECORD = 128 * 1024 };

enum file_operation {
    FILE_STAT = 1,
    FILE_LIST = 2,   /* depth: 1 for the directory's own entries; limit: of entries; second: the path to go on after */
    FILE_READ = 3,   /* offset, length */
    FILE_WRITE = 4,  /* mode, length; the rest of the input is the content */
    FILE_MKDIR = 5,  /* mode */
    FILE_MOVE = 6,   /* second: where to */
    FILE_REMOVE = 7,
    FILE_SEARCH = 8, /* second: a glob for names, or nothing; third: what lines must hold, or nothing; limit: of matches;
                      * length: the largest file that is looked into */
    FILE_WATCH = 9,
};
enum file_flag {
    FILE_ANYWHERE = 1,   /* paths may lead out of the workspace */
    FILE_PARENTS = 2,    /* WRITE, MKDIR: with the directories above */
    FILE_RECURSIVE = 4,  /* REMOVE: with what is in it */
    FILE_NO_REPLACE = 8, /* WRITE, MOVE: nothing may be there */
    FILE_REGEX = 16,     /* SEARCH: third is a POSIX extended regular expression */
    FILE_KEEP_MODE = 32, /* WRITE: a file that is there keeps its mode */
};

struct file_request {
    uint32_t magic;
    uint32_t operation;
    uint32_t flags;
    uint32_t mode;
    uint64_t offset;
    uint64_t length;
    uint32_t depth;
    uint32_t limit;
    uint32_t first, second, third; /* the lengths of the texts that follow */
    uint32_t reserved;
};

/* A record: this header, then as many bytes. The last is an END. */
enum record_kind {
    RECORD_ENTRY = 1, /* struct file_entry, the name, and the target of a link */
    RECORD_DATA = 2,
    RECORD_MATCH = 3, /* struct file_match, the path, the line */
    RECORD_EVENT = 4, /* struct file_event, the path */
    RECORD_END = 5,   /* struct file_end */
};
struct record_header {
    uint32_t kind;
    uint32_t length;
};
struct file_entry {
    uint32_t mode; /* with the type */
    uint32_t name_length;
    uint64_t size;
    int64_t seconds; /* of the last change of the content */
    uint32_t nanos;
    uint32_t target_length;
};
struct file_match {
    uint64_t line; /* from 1; 0 if the name alone matched */
    uint32_t path_length;
    uint32_t line_length;
};
enum event_flag { EVENT_CHANGED = 1, EVENT_APPEARED = 2, EVENT_VANISHED = 3, EVENT_OVERFLOW = 4, EVENT_READY = 5 };
struct file_event {
    uint32_t what;
    uint32_t directory;
    uint32_t path_length;
    uint32_t reserved;
};
enum { LEADS_OUT = 4096 /* above every errno */ };
struct file_end {
    uint32_t error; /* errno, LEADS_OUT, or 0 */
    uint32_t more;  /* whether a limit left something out */
};

/* The request, with its texts NUL-terminated. */
struct file_job {
    struct file_request request;
    char *path, *second, *third;
    int root;
};

/* files.c: what goes out. An operation returns 0 or an errno. */
_Noreturn void files(void);
void put_record(enum record_kind kind, const void *fixed, size_t fixed_length, const char *a, size_t a_length,
                const char *b, size_t b_length);
void put_entry(int directory, const char *name, const char *shown, const struct stat *stat);
void flush_records(void);

/* file_path.c */
int open_beneath(const struct file_job *job, const char *path, int flags);
/* The directory that holds a path's last name, which `name` is set to; -1 with errno. If the path ends without a name
 * ("", ".", ".."), it is what the path leads to, and the name is empty. */
int open_parent(const struct file_job *job, const char *path, bool make, const char **name);
int make_directories(const struct file_job *job, const char *path);

/* file_walk.c */
struct listing {
    char **names;
    size_t count;
};
/* The names of a directory in the order of their bytes. False with errno. */
bool list_names(int directory, struct listing *listing);
void free_listing(struct listing *listing);
int list_files(struct file_job *job, bool *more);
int remove_file(struct file_job *job);

/* file_content.c, file_search.c, file_watch.c */
int read_content(struct file_job *job);
int write_content(struct file_job *job);
int search_files(struct file_job *job, bool *more);
int watch_files(struct file_job *job);

#endif
