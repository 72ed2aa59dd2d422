// What the preloaded client and the server of `mattock emulate` say to each other, and where. Plain C, because the
// client has no C++; fixed widths in little-endian order, because 32- and 64-bit clients speak to the same server.
//
// The environment names a folder that holds the files a program should find, under the paths it knows them by:
// FOLDER/proc/device-tree/compatible and so on. FOLDER/dev/dri/card1 is a listening socket: to open the node is to
// connect, and the descriptor that the program gets is the connection. So dup, fcntl, poll, close, fork and exec are
// the kernel's own, an open file ends when its last descriptor does, and the client keeps no table of descriptors: one
// is the device's if its peer is bound below FOLDER.
//
// A call is one packet on that connection with a reply socket attached, so threads and forked processes that share a
// descriptor cannot take each other's replies.
#ifndef MATTOCK_EMULATE_PROTOCOL_H_
#define MATTOCK_EMULATE_PROTOCOL_H_

#include <stdint.h>

#include "../fakekernel/nodes.h" /* the device's nodes, which are paths below the folder too */

#define MATTOCK_EMULATE_FOLDER "MATTOCK_EMULATE_FOLDER"
#define MATTOCK_EMULATE_MAGIC 0x314b544du /* MTK1: changes with the layouts below */

enum mattock_emulate_operation {
  // The first packet of a connection that is an open file. Reply: 0 or an errno below 0.
  MATTOCK_EMULATE_OPEN = 1,
  // The argument follows, as long as the call's number says; the reply brings it back, after errors too.
  MATTOCK_EMULATE_IOCTL,
  // DRM VERSION: the reply holds a mattock_emulate_version; or the result MATTOCK_EMULATE_NO_DRM.
  MATTOCK_EMULATE_VERSION,
  // DRM GET_UNIQUE, whose name is empty: told only so that recordings have it. Result as for VERSION.
  MATTOCK_EMULATE_UNIQUE,
  // mmap of `length` bytes at `offset`: the reply brings a descriptor, and where in it to map.
  MATTOCK_EMULATE_MAP,
  // PRIME_HANDLE_TO_FD: the argument follows; the reply brings a descriptor.
  MATTOCK_EMULATE_TO_FD,
  // PRIME_FD_TO_HANDLE: the argument follows, the descriptor is attached after the reply socket.
  MATTOCK_EMULATE_FROM_FD,
  // On a connection of its own: the mapping `offset` is gone; no reply.
  MATTOCK_EMULATE_UNMAPPED,
  // On a connection of its own: the descriptor of an object with the number `offset` is closed; no reply.
  MATTOCK_EMULATE_CLOSED,
  // On a connection of its own: the sync call of dma-bufs, whose argument follows, on the attached descriptor. The
  // kernel's result, or MATTOCK_EMULATE_NO_OBJECT.
  MATTOCK_EMULATE_SYNC_OBJECT
};

#define MATTOCK_EMULATE_NO_DRM 1 /* result: not a DRM node, so the call is an ordinary one of the driver */

#define MATTOCK_EMULATE_NO_OBJECT 1 /* result: the descriptor is none of ours */

struct mattock_emulate_request {
  uint32_t magic;
  uint32_t operation;
  uint32_t call;   // number of the ioctl
  uint32_t bytes;  // of the argument that follows
  uint64_t offset;
  uint64_t length;
};

struct mattock_emulate_reply {
  int32_t result;  // of the call: an errno below 0
  uint32_t bytes;  // of the argument that follows
  uint64_t offset;
  uint64_t number;  // of the mapping, for UNMAPPED, or of the object's descriptor, for CLOSED
};

struct mattock_emulate_version {
  int32_t major, minor, patch;
  char name[64], date[64], description[64];  // ended by a zero
};

// An ioctl's number holds 14 bits of size.
#define MATTOCK_EMULATE_MOST_BYTES 16383

#endif
