package dev.holdfast.agent.process;

import dev.holdfast.common.manifest.Manifest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A server process that the manager wants on this host, and what became of it.
 *
 * @param processId the manager's id of it, the same through all upgrades
 * @param pid 0 before it was spawned
 * @param startTicks with the pid, its {@link ProcessIdentity}
 * @param startTime when it was spawned; null before
 * @param detail why, for FAILED and EXITED; else empty
 */
public record ManagedProcess(
        String processId,
        ImageRef image,
        int pid,
        long startTicks,
        @Nullable Instant startTime,
        State state,
        String detail) {

    /** As holdfast.agent.v1.ProcessState. */
    public enum State {
        STARTING,
        RUNNING,
        FAILED,
        EXITED,
        STOPPED
    }

    static ManagedProcess starting(String processId, ImageRef image) {
        return new ManagedProcess(processId, image, 0, 0, null, State.STARTING, "");
    }

    public String imageName() {
        return image.name();
    }

    public String imageVersion() {
        return image.version();
    }

    public String bundleDigest() {
        return image.bundleDigest();
    }

    public Manifest manifest() {
        return image.manifest();
    }

    public ProcessIdentity identity() {
        return new ProcessIdentity(pid, startTicks);
    }

    /** Its process is there, so far as is known. */
    public boolean live() {
        return pid != 0 && (state == State.STARTING || state == State.RUNNING);
    }

    /** It runs, or is to. */
    boolean wanted() {
        return state == State.STARTING || state == State.RUNNING;
    }

    ManagedProcess spawned(ProcessIdentity process, Instant when) {
        return new ManagedProcess(processId, image, process.pid(), process.startTicks(), when, State.STARTING, "");
    }

    /** Whoever has its pid now is somebody else. */
    ManagedProcess ofEarlierBoot() {
        return new ManagedProcess(processId, image, pid, -1, startTime, state, detail);
    }

    ManagedProcess running() {
        return new ManagedProcess(processId, image, pid, startTicks, startTime, State.RUNNING, "");
    }

    /** As if it ran that. */
    public ManagedProcess with(ImageRef other) {
        return new ManagedProcess(processId, other, pid, startTicks, startTime, state, detail);
    }

    /** In a final state: what is known of the pid stays, for people. */
    ManagedProcess ended(State how, String why) {
        return new ManagedProcess(processId, image, pid, startTicks, startTime, how, why);
    }
}
