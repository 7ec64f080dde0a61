package dev.holdfast.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C compiler's view of the structs of this package: sizes, and the fields that are used. */
class StructLayoutTest {
    @TempDir
    Path dir;

    private final Map<String, Long> ours = new LinkedHashMap<>();

    private StructLayoutTest is(String expression, long value) {
        ours.put(expression, value);
        return this;
    }

    private StructLayoutTest size(String type, long size) {
        return is("sizeof(" + type + ")", size);
    }

    private StructLayoutTest field(String type, String field, long offset) {
        return is("offsetof(" + type + ", " + field + ")", offset);
    }

    /** Of an opaque struct: ours has room for it. */
    private StructLayoutTest fits(String type, long room) {
        return is("sizeof(" + type + ") <= " + room, 1);
    }

    private void asIn(String... headers) throws IOException, InterruptedException {
        assertThat(CCompiler.values(dir, List.of(headers), ours.keySet())).isEqualTo(ours);
    }

    @Test
    void socketAddresses() throws IOException, InterruptedException {
        size("struct sockaddr_in", SockaddrIn.SIZE)
                .field("struct sockaddr_in", "sin_family", SockaddrIn.FAMILY)
                .field("struct sockaddr_in", "sin_port", SockaddrIn.PORT)
                .field("struct sockaddr_in", "sin_addr", SockaddrIn.ADDRESS)
                .size("struct sockaddr_in6", SockaddrIn6.SIZE)
                .field("struct sockaddr_in6", "sin6_family", SockaddrIn6.FAMILY)
                .field("struct sockaddr_in6", "sin6_port", SockaddrIn6.PORT)
                .field("struct sockaddr_in6", "sin6_addr", SockaddrIn6.ADDRESS)
                .field("struct sockaddr_in6", "sin6_scope_id", SockaddrIn6.SCOPE)
                .size("struct sockaddr_storage", SocketAddresses.SOCKADDR_STORAGE_SIZE)
                .field("struct sockaddr_un", "sun_path", 2)
                .asIn("netinet/in.h", "sys/un.h");
    }

    @Test
    void messages() throws IOException, InterruptedException {
        size("struct msghdr", MsgHdr.SIZE)
                .field("struct msghdr", "msg_iov", MsgHdr.BUFFERS)
                .field("struct msghdr", "msg_iovlen", MsgHdr.BUFFER_COUNT)
                .field("struct msghdr", "msg_control", MsgHdr.CONTROL)
                .field("struct msghdr", "msg_controllen", MsgHdr.CONTROL_LENGTH)
                .field("struct msghdr", "msg_flags", MsgHdr.FLAGS)
                .size("struct cmsghdr", CmsgHdr.SIZE)
                .field("struct cmsghdr", "cmsg_len", CmsgHdr.LENGTH)
                .field("struct cmsghdr", "cmsg_level", CmsgHdr.LEVEL)
                .field("struct cmsghdr", "cmsg_type", CmsgHdr.TYPE)
                .is("CMSG_SPACE(4)", CmsgHdr.space(4))
                .is("CMSG_SPACE(4 * 253)", CmsgHdr.space(4 * FdPassing.MAX_FDS))
                .size("struct iovec", Iovec.SIZE)
                .field("struct iovec", "iov_base", Iovec.BASE)
                .field("struct iovec", "iov_len", Iovec.LENGTH)
                .asIn("sys/socket.h", "sys/uio.h");
    }

    @Test
    void socketOptions() throws IOException, InterruptedException {
        size("struct sock_filter", BpfProgram.INSTRUCTION_SIZE)
                .field("struct sock_filter", "code", BpfProgram.CODE)
                .field("struct sock_filter", "jt", BpfProgram.JUMP_TRUE)
                .field("struct sock_filter", "jf", BpfProgram.JUMP_FALSE)
                .field("struct sock_filter", "k", BpfProgram.CONSTANT)
                .size("struct sock_fprog", BpfProgram.SIZE)
                .field("struct sock_fprog", "len", BpfProgram.LENGTH)
                .field("struct sock_fprog", "filter", BpfProgram.INSTRUCTIONS)
                .size("struct ucred", Sockets.UCRED_SIZE)
                .field("struct ucred", "pid", 0)
                .size("struct tcp_repair_window", TcpRepair.WINDOW_SIZE)
                .field("struct tcp_repair_window", "snd_wl1", 0)
                .asIn("sys/socket.h", "linux/tcp.h", "linux/filter.h");
    }

    @Test
    void tcpInfo() throws IOException, InterruptedException {
        field("struct tcp_info", "tcpi_state", TcpInfo.STATE)
                .field("struct tcp_info", "tcpi_unacked", TcpInfo.UNACKED)
                .field("struct tcp_info", "tcpi_last_data_sent", TcpInfo.LAST_DATA_SENT)
                .field("struct tcp_info", "tcpi_last_data_recv", TcpInfo.LAST_DATA_RECV)
                .field("struct tcp_info", "tcpi_bytes_received", TcpInfo.BYTES_RECEIVED)
                .field("struct tcp_info", "tcpi_segs_in", TcpInfo.SEGS_IN)
                .field("struct tcp_info", "tcpi_notsent_bytes", TcpInfo.NOTSENT_BYTES)
                .field("struct tcp_info", "tcpi_bytes_sent", TcpInfo.BYTES_SENT)
                .field("struct tcp_info", "tcpi_bytes_retrans", TcpInfo.BYTES_RETRANS)
                // It grows at its end: newer headers have more.
                .is("sizeof(struct tcp_info) >= " + TcpInfo.SIZE, 1)
                .asIn("linux/tcp.h");
    }

    @Test
    void tracing() throws IOException, InterruptedException {
        size("struct user_regs_struct", Registers.SIZE)
                .field("struct user_regs_struct", "r11", Registers.R11)
                .field("struct user_regs_struct", "r10", Registers.R10)
                .field("struct user_regs_struct", "r9", Registers.R9)
                .field("struct user_regs_struct", "r8", Registers.R8)
                .field("struct user_regs_struct", "rax", Registers.RAX)
                .field("struct user_regs_struct", "rcx", Registers.RCX)
                .field("struct user_regs_struct", "rdx", Registers.RDX)
                .field("struct user_regs_struct", "rsi", Registers.RSI)
                .field("struct user_regs_struct", "rdi", Registers.RDI)
                .field("struct user_regs_struct", "orig_rax", Registers.ORIG_RAX)
                .field("struct user_regs_struct", "rip", Registers.RIP)
                .field("struct user_regs_struct", "eflags", Registers.EFLAGS)
                .field("struct user_regs_struct", "rsp", Registers.RSP)
                .size("struct ptrace_syscall_info", SyscallInfo.SIZE)
                .field("struct ptrace_syscall_info", "op", SyscallInfo.OP)
                .field("struct ptrace_syscall_info", "entry.nr", SyscallInfo.NUMBER)
                .field("struct ptrace_syscall_info", "entry.args", SyscallInfo.ARGUMENTS)
                .field("struct ptrace_syscall_info", "exit.rval", SyscallInfo.RESULT)
                .is("PTRACE_SYSCALL_INFO_ENTRY", SyscallInfo.ENTRY)
                .is("PTRACE_SYSCALL_INFO_EXIT", SyscallInfo.EXIT)
                .asIn("sys/user.h", "linux/ptrace.h");
    }

    @Test
    void socketDiagnosis() throws IOException, InterruptedException {
        size("struct nlmsghdr", NlMsgHdr.SIZE)
                .field("struct nlmsghdr", "nlmsg_len", NlMsgHdr.LENGTH)
                .field("struct nlmsghdr", "nlmsg_type", NlMsgHdr.TYPE)
                .field("struct nlmsghdr", "nlmsg_flags", NlMsgHdr.FLAGS)
                .is("NLMSG_ALIGN(17)", new NlMsgHdr(17, (short) 0, (short) 0).step())
                .size("struct inet_diag_req_v2", InetDiagReq.SIZE)
                .field("struct inet_diag_req_v2", "sdiag_family", InetDiagReq.FAMILY)
                .field("struct inet_diag_req_v2", "sdiag_protocol", InetDiagReq.PROTOCOL)
                .field("struct inet_diag_req_v2", "idiag_ext", InetDiagReq.EXTENSIONS)
                .field("struct inet_diag_req_v2", "idiag_states", InetDiagReq.STATES)
                .field("struct inet_diag_req_v2", "id.idiag_sport", InetDiagReq.SOURCE_PORT)
                .field("struct inet_diag_req_v2", "id.idiag_dport", InetDiagReq.DESTINATION_PORT)
                .field("struct inet_diag_req_v2", "id.idiag_src", InetDiagReq.SOURCE)
                .field("struct inet_diag_req_v2", "id.idiag_dst", InetDiagReq.DESTINATION)
                .field("struct inet_diag_req_v2", "id.idiag_cookie", InetDiagReq.COOKIE)
                .size("struct rtattr", RtAttr.SIZE)
                .field("struct rtattr", "rta_len", RtAttr.LENGTH)
                .field("struct rtattr", "rta_type", RtAttr.TYPE)
                .size("struct inet_diag_bc_op", PortFilter.OP_SIZE)
                .field("struct inet_diag_bc_op", "code", PortFilter.CODE)
                .field("struct inet_diag_bc_op", "yes", PortFilter.YES)
                .field("struct inet_diag_bc_op", "no", PortFilter.NO)
                .is("INET_DIAG_BC_JMP", PortFilter.JUMP)
                .is("INET_DIAG_BC_S_EQ", PortFilter.SOURCE_EQUALS)
                .is("INET_DIAG_BC_D_EQ", PortFilter.DESTINATION_EQUALS)
                .size("struct inet_diag_msg", TcpSocket.SIZE)
                .field("struct inet_diag_msg", "idiag_family", TcpSocket.FAMILY)
                .field("struct inet_diag_msg", "idiag_state", TcpSocket.STATE)
                .field("struct inet_diag_msg", "id.idiag_sport", TcpSocket.SOURCE_PORT)
                .field("struct inet_diag_msg", "id.idiag_dport", TcpSocket.DESTINATION_PORT)
                .field("struct inet_diag_msg", "id.idiag_src", TcpSocket.SOURCE)
                .field("struct inet_diag_msg", "id.idiag_dst", TcpSocket.DESTINATION)
                .field("struct inet_diag_msg", "id.idiag_cookie", TcpSocket.COOKIE)
                .field("struct inet_diag_msg", "idiag_rqueue", TcpProgress.RQUEUE)
                .field("struct inet_diag_msg", "idiag_uid", TcpSocket.UID)
                .field("struct inet_diag_msg", "idiag_inode", TcpSocket.INODE)
                .asIn("linux/netlink.h", "linux/rtnetlink.h", "linux/inet_diag.h");
    }

    @Test
    void processes() throws IOException, InterruptedException {
        size("struct passwd", Passwd.LAYOUT.byteSize())
                .field("struct passwd", "pw_uid", Passwd.UID)
                .field("struct passwd", "pw_gid", Passwd.GID)
                .field("struct passwd", "pw_dir", Passwd.HOME)
                .size("struct pollfd", PollFd.SIZE)
                .field("struct pollfd", "fd", PollFd.FD)
                .field("struct pollfd", "events", PollFd.EVENTS)
                .is("POLLIN", PollFd.POLLIN)
                .fits("posix_spawnattr_t", Spawn.ATTRIBUTES)
                .fits("posix_spawn_file_actions_t", SpawnActions.SIZE)
                .size("sigset_t", Spawn.SIGSET)
                // The kernel's own may have more bits than the library's.
                .fits("cpu_set_t", Affinity.BYTES)
                .asIn("pwd.h", "poll.h", "spawn.h", "signal.h", "sched.h");
    }
}
