package dev.holdfast.agent.cycle;

import dev.holdfast.agent.process.Boot;
import dev.holdfast.agent.process.ImageRef;
import dev.holdfast.agent.process.ManagedProcess;
import dev.holdfast.agent.process.ProcessIdentity;
import dev.holdfast.agent.takeover.HeldConnection;
import dev.holdfast.agent.takeover.HeldSockets;
import dev.holdfast.agent.takeover.Holder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a cycle is, on disk before it goes there, and all that it has in hand. On the way back the disk is asked but not
 * waited for: a full one must not keep a server from its clients.
 */
final class Course implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Course.class);

    private final CycleContext context;
    private final String id;
    private final ManagedProcess process;
    private final ImageRef image;
    private final HeldSockets held = new HeldSockets();
    private final Holder holder;
    private final Outcomes outcomes = new Outcomes();
    private final Steps steps;
    private final Parkings parkings;
    private final Journal journal;
    private final Roster roster;
    private final Reserve reserve = new Reserve();
    private final Resets resets;
    private final Recall recall;
    private final Lingerers lingerers = new Lingerers(this);
    private Map<Long, Roster.Line> earlier = Map.of();
    private ImageRef from;
    private ProcessIdentity old;
    private List<ProcessIdentity> members = List.of();
    private State state;
    private String reason = "";
    private @Nullable ProcessIdentity started;
    private boolean handedOver;
    private int processes;
    private boolean goingBack;

    /** At the beginning. */
    Course(CycleContext context, String id, ManagedProcess process, ImageRef image, Recall recall) {
        this(context, id, process, image, State.PREPARING, recall);
    }

    private Course(
            CycleContext context, String id, ManagedProcess process, ImageRef image, State state, Recall recall) {
        this.recall = recall;
        this.context = context;
        this.id = id;
        this.process = process;
        this.state = state;
        this.steps = new Steps(state);
        this.image = image;
        this.from = process.image();
        this.old = process.identity();
        this.holder = new Holder(held, process.manifest().ports());
        this.parkings = new Parkings(id);
        this.journal = context.journal(id);
        this.roster = context.roster(id);
        this.resets = new Resets(this, roster);
    }

    /** As an earlier agent left it; it can only be ended from there. */
    static Course resumed(CycleContext context, ManagedProcess process, Journal.Entry last, Recall recall) {
        ManagedProcess before = process.with(last.from());
        Course course = new Course(context, last.cycleId(), before, last.image(), last.state(), recall);
        course.from = last.from();
        course.old = last.old();
        course.members = last.members();
        course.reason = last.reason();
        course.started = last.started();
        course.handedOver = last.handedOver();
        course.processes = last.processes();
        course.outcomes.restore(last.known());
        course.parkings.restore(last.parking());
        course.earlier = course.roster.read();
        course.lingerers.restore(Staying.orNobody(last.staying()));
        course.goingBack = true;
        return course;
    }

    CycleContext context() {
        return context;
    }

    String id() {
        return id;
    }

    String processId() {
        return process.processId();
    }

    /** What the process runs before the cycle, and again if it is undone. */
    ImageRef from() {
        return from;
    }

    /** What it is to run. */
    ImageRef image() {
        return image;
    }

    ProcessIdentity old() {
        return old;
    }

    List<ProcessIdentity> members() {
        return members;
    }

    HeldSockets held() {
        return held;
    }

    Holder holder() {
        return holder;
    }

    Outcomes outcomes() {
        return outcomes;
    }

    Steps steps() {
        return steps;
    }

    Parkings parkings() {
        return parkings;
    }

    Reserve reserve() {
        return reserve;
    }

    /** What its clients have to be told of. */
    Resets resets() {
        return resets;
    }

    Recall recall() {
        return recall;
    }

    Lingerers lingerers() {
        return lingerers;
    }

    /** Why it is to be undone; empty also when it is on its way back already. */
    Optional<String> recalled() {
        return goingBack
                ? Optional.empty()
                : Optional.ofNullable(recall.called().getNow(null));
    }

    /** In how many processes of the old server the connections were. */
    int processes() {
        return processes == 0 ? held.processes() : processes;
    }

    /** The connections that an earlier agent had in hand. */
    Map<Long, Roster.Line> earlier() {
        return earlier;
    }

    State state() {
        return state;
    }

    String reason() {
        return reason;
    }

    @Nullable
    ProcessIdentity started() {
        return started;
    }

    /** The next step is about to be taken. */
    void enter(State next, String detail) {
        if (next != state) {
            if (!state.next().contains(next)) {
                throw new IllegalStateException(state + " is not followed by " + next);
            }
            steps.next(next);
            state = next;
        }
        record();
        context.progress(id, state, detail);
    }

    /** As {@link #enter}: from here on the old server is good for nothing but to be ended. */
    void stopping(List<ProcessIdentity> tree) {
        members = tree;
        enter(State.STOPPING, "");
    }

    /** A process is about to run that is to take over. */
    void started(ProcessIdentity identity) {
        started = identity;
        record();
    }

    /** It has everything and is about to be let go. */
    void handOver() {
        handedOver = true;
        if (goingBack) {
            record();
        } else {
            enter(State.RESUMING, "");
        }
    }

    /** From now on nothing waits for the disk. */
    void goBack(String why) {
        goingBack = true;
        reason = why;
        reserve.close();
    }

    /**
     * A server is alone with all connections; nobody else keeps them open, so that what it closes is closed. The listeners
     * stay.
     */
    void leave(Outcomes.Absent absent) {
        outcomes.leave(held, earlier, absent);
        earlier = Map.of();
        processes = processes();
        held.leaveConnections();
        parkings.end(context.exits());
        record();
    }

    /** What the new server has is in hand again, unless it is lost with it: it is about to be ended. */
    void takeBack(String why, boolean lost) {
        goBack(why);
        outcomes.takenBack(held, lost);
        park(this::noteServed);
        handedOver = false;
        enter(State.REVERTING, why);
    }

    /** What came last is parked too, if that is possible: that it is not must not cost the others anything. */
    void park() {
        park(this::note);
    }

    private void park(Consumer<Collection<HeldConnection>> noted) {
        try {
            noted.accept(held.connections());
            parkings.cover(held);
            record();
            parkings.go();
        } catch (RuntimeException e) {
            log.warn("cycle {}: what came last is kept by the agent alone: {}", id, e.getMessage());
        }
    }

    /** The old server is gone, and nobody has taken over. */
    void revert() {
        started = null;
        handedOver = false;
        enter(State.REVERTING, reason);
    }

    void end(State last, String why) {
        goingBack = true;
        reason = why;
        steps.next(last);
        state = last;
        record();
    }

    void record() {
        lingerers.settle();
        onDisk(() -> journal.append(new Journal.Entry(
                id,
                process.processId(),
                from,
                image,
                state,
                reason,
                old,
                members,
                parkings.identities(),
                started,
                handedOver,
                processes(),
                outcomes.known(held),
                lingerers.staying(),
                Boot.id())));
    }

    /** These connections are in hand, and it is on disk that they are; nobody reads them now. */
    void note(Collection<HeldConnection> connections) {
        note(connections, held::consumed);
    }

    /** As above, where it is known how much has been read. */
    void note(Collection<HeldConnection> connections, ToLongFunction<HeldConnection> read) {
        onDisk(() -> roster.add(connections, read));
    }

    /** As {@link #note}, for some that a server may have begun to read already. */
    void noteServed(Collection<HeldConnection> connections) {
        onDisk(() -> roster.add(connections, roster::read));
    }

    private void onDisk(Runnable write) {
        try {
            write.run();
        } catch (RuntimeException e) {
            if (!goingBack) {
                throw e;
            }
            log.warn("cycle {} goes on though the disk does not take it: {}", id, e.getMessage());
        }
    }

    /** All is with whom it belongs to. */
    void letGo() {
        reserve.close();
        held.close();
        parkings.end(context.exits());
    }

    /** Without letting go of what is parked: whoever takes the cycle up has it from there. */
    @Override
    public void close() {
        lingerers.close();
        reserve.close();
        held.close();
        journal.close();
    }
}
