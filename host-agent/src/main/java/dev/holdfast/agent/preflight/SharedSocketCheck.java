package dev.holdfast.agent.preflight;

import dev.holdfast.agent.process.CommandLine;
import dev.holdfast.agent.process.SocketOwner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether processes that are none of the server's have its sockets open too. */
final class SharedSocketCheck implements Check {
    @Override
    public String name() {
        return "shared sockets";
    }

    @Override
    public List<Finding> look(Subject subject) {
        if (subject.isBeingUpgraded()) {
            return List.of(Finding.passed(name(), "not looked at while the process is being upgraded"));
        }
        ServerSockets sockets = subject.sockets();
        List<Integer> known = new ArrayList<>(subject.pids());
        known.add((int) ProcessHandle.current().pid());
        Map<Integer, Set<Long>> others = SocketOwner.others(sockets.inodes(), known);
        if (others.isEmpty()) {
            return List.of(Finding.passed(name(), "nobody else has the server's sockets open"));
        }
        List<Finding> findings = new ArrayList<>();
        others.forEach((pid, theirs) -> findings.add(finding(pid, theirs, sockets)));
        return findings;
    }

    private Finding finding(int pid, Set<Long> theirs, ServerSockets sockets) {
        String who = "process " + pid + " (" + CommandLine.of(pid) + "), which is none of the server's, ";
        if (!Collections.disjoint(theirs, sockets.connectionInodes())) {
            return Finding.refused(
                    name(),
                    who
                            + "has connections of the server open, and what it does with them cannot be told: end it, or keep"
                            + " them from it (close-on-exec)");
        }
        return Accepting.waitsFor(pid, sockets.listenerInodes())
                ? Finding.refused(
                        name(),
                        who + "takes clients from the server's listener, who would be paused with the others and never"
                                + " resumed: end it")
                : Finding.warning(name(), who + "has the server's listener open: it should close it (close-on-exec)");
    }
}
