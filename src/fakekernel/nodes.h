// Where the driver's nodes are on the imitated board, and their numbers. Plain C, because the client that
// `mattock emulate` preloads into programs has no C++.
#ifndef MATTOCK_FAKEKERNEL_NODES_H_
#define MATTOCK_FAKEKERNEL_NODES_H_

#define MATTOCK_BOARD_DRM_MAJOR 226
#define MATTOCK_BOARD_CARD "/dev/dri/card1"
#define MATTOCK_BOARD_CARD_MINOR 1
#define MATTOCK_BOARD_RENDER "/dev/dri/renderD129"
#define MATTOCK_BOARD_RENDER_MINOR 129

#define MATTOCK_BOARD_MISC_MAJOR 10
#define MATTOCK_BOARD_MISC "/dev/rknpu"
#define MATTOCK_BOARD_MISC_MINOR 122

#endif
