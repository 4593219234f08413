/**
 * A seccomp filter for contained programs, as the classic BPF program that `bwrap --seccomp` loads. Denied calls fail
 * with EPERM, `clone3` with ENOSYS (libraries then fall back to `clone`, whose flags a filter can read), a foreign
 * architecture ends the process. Numbers: the kernel's `asm/unistd` tables; layout: `linux/filter.h`, `linux/seccomp.h`.
 */

/** Call numbers per architecture: [x64, arm64]; null where the architecture has no such call. */
const deniedCalls: Readonly<Record<string, readonly [number | null, number | null]>> = {
  // network: no new sockets; those inherited as pipes go on working
  socket: [41, 198],
  socketpair: [53, 199],
  connect: [42, 203],
  bind: [49, 200],
  listen: [50, 201],
  accept: [43, 202],
  accept4: [288, 242],
  sendto: [44, 206],
  recvfrom: [45, 207],
  // processes
  fork: [57, null],
  vfork: [58, null],
  setns: [308, 268],
  unshare: [272, 97],
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  pidfd_open: [434, 434],
  pidfd_getfd: [438, 438],
  pidfd_send_signal: [424, 424],
  setsid: [112, 157],
  setpgid: [109, 154],
  personality: [135, 92],
  seccomp: [317, 277],
  // file systems
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  mknod: [133, null],
  mknodat: [259, 33],
  fanotify_init: [300, 262],
  fanotify_mark: [301, 263],
  quotactl: [179, 60],
  swapon: [167, 224],
  swapoff: [168, 225],
  // kernel surfaces with a history
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  keyctl: [250, 219],
  add_key: [248, 217],
  request_key: [249, 218],
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  vmsplice: [278, 75],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  reboot: [169, 142],
  iopl: [172, null],
  ioperm: [173, null],
  modify_ldt: [154, null],
  acct: [163, 89],
  syslog: [103, 116],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  adjtimex: [159, 171],
  clock_adjtime: [305, 266],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  // System V and POSIX queues and shared memory
  shmget: [29, 194],
  shmat: [30, 196],
  shmctl: [31, 195],
  semget: [64, 190],
  semop: [65, 193],
  semctl: [66, 191],
  semtimedop: [220, 192],
  msgget: [68, 186],
  msgsnd: [69, 189],
  msgrcv: [70, 188],
  msgctl: [71, 187],
  mq_open: [240, 180],
  mq_unlink: [241, 181],
}

const architectures = {
  x64: { audit: 0xc000003e, column: 0, clone: 56, clone3: 435, prctl: 157, firstForeignCall: 0x40000000 },
  arm64: { audit: 0xc00000b7, column: 1, clone: 220, clone3: 435, prctl: 167, firstForeignCall: null },
} as const

const loadWord = 0x20
const jumpIfEqual = 0x15
const jumpIfAtLeast = 0x35
const jumpIfAnyBit = 0x45
const give = 0x06

const verdict = { allow: 0x7fff0000, killProcess: 0x80000000, permissionDenied: 0x00050001, notImplemented: 0x00050026 }
/** Offsets into `struct seccomp_data`: the call's number, the architecture, the low half of the first argument. */
const field = { number: 0, architecture: 4, firstArgument: 16 }
const cloneThread = 0x10000
const setParentDeathSignal = 1

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number]

const load = (offset: number): Instruction => [loadWord, 0, 0, offset]
const answer = (value: number): Instruction => [give, 0, 0, value]
/** Two instructions: the answer when the test holds, else on to the next. */
const when = (test: number, operand: number, value: number): Instruction[] => [[test, 0, 1, operand], answer(value)]

/**
 * The filter's bytes for this machine, or null where the call numbers are not known (then there is no `bwrap` backend).
 * @param architecture Node's name of the processor architecture.
 */
export function seccompFilter(architecture: string = process.arch): Buffer | null {
  if (architecture !== 'x64' && architecture !== 'arm64') return null
  const { audit, column, clone, clone3, prctl, firstForeignCall } = architectures[architecture]
  const denied = Object.values(deniedCalls).flatMap((numbers) => numbers[column] ?? [])
  const program: Instruction[] = [
    load(field.architecture),
    [jumpIfEqual, 1, 0, audit],
    answer(verdict.killProcess),
    load(field.number),
    ...(firstForeignCall === null ? [] : when(jumpIfAtLeast, firstForeignCall, verdict.killProcess)),
    ...denied.flatMap((number) => when(jumpIfEqual, number, verdict.permissionDenied)),
    ...when(jumpIfEqual, clone3, verdict.notImplemented),
    // clone makes threads, never processes
    [jumpIfEqual, 0, 4, clone],
    load(field.firstArgument),
    [jumpIfAnyBit, 0, 1, cloneThread],
    answer(verdict.allow),
    answer(verdict.permissionDenied),
    // a program that outlives its parent's death could outlive its time limit
    [jumpIfEqual, 0, 3, prctl],
    load(field.firstArgument),
    ...when(jumpIfEqual, setParentDeathSignal, verdict.permissionDenied),
    answer(verdict.allow),
  ]
  const bytes = Buffer.alloc(program.length * 8)
  program.forEach(([code, ifTrue, ifFalse, operand], index) => {
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(ifTrue, index * 8 + 2)
    bytes.writeUInt8(ifFalse, index * 8 + 3)
    bytes.writeUInt32LE(operand, index * 8 + 4)
  })
  return bytes
}
