package dev.holdfast.agent.observer;

import dev.holdfast.agent.linux.PacketSocket;
import dev.holdfast.agent.linux.Sockets;
import dev.holdfast.agent.protocol.Conversation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Sees what passes on a server's ports, from when it is opened. One thread at a time. */
public final class Observer implements AutoCloseable {
    private final PacketSocket packets;
    private final Set<Integer> ports;
    private final Supplier<Conversation> conversations;
    private final Map<Flow, Followed> flows = new HashMap<>();
    private final Map<Flow, Followed.Beginning> beginnings = new HashMap<>();
    /** How much the servers had read of those that were {@link #found}. */
    private final Map<Flow, Long> consumed = new HashMap<>();
    /** On which anything has passed, with data or without. */
    private final Set<Flow> passed = new HashSet<>();
    /** Those of them that were not among them when {@link #news} was asked for last. */
    private List<Flow> news = new ArrayList<>();
    /** Connections that were made since, and of which none is known to have ended. */
    private final Set<Flow> opened = new HashSet<>();
    /** Whether servers had read what did not pass here. */
    private boolean blind;
    /** Whether all that had come was taken in last time. */
    private boolean caughtUp;
    /** Whether there was a moment, after {@link #begin}, when nothing was owed. */
    private boolean quiet;
    /** How many packets have been lost. */
    private long lost;
    /** How many of them for sure before any came that is yet to be taken in. */
    private long lostBefore;

    private Observer(PacketSocket packets, Set<Integer> ports, Supplier<Conversation> conversations) {
        this.packets = packets;
        this.ports = Set.copyOf(ports);
        this.conversations = conversations;
    }

    /** Empty without the right to, CAP_NET_RAW. */
    public static Optional<Observer> open(Sockets sockets, Set<Integer> ports, Supplier<Conversation> conversations) {
        return PacketSocket.open(sockets, ports).map(packets -> new Observer(packets, ports, conversations));
    }

    /**
     * What the kernel said of a connection after the observer was opened and before it {@link #begin begins}.
     *
     * @param owed whether the server seemed to owe something
     * @param longSilent whether nothing had passed for so long that no answer can be underway
     * @param read how many bytes of the client's had been read
     */
    public void found(Flow flow, boolean owed, boolean longSilent, long read) {
        consumed.put(flow, read);
        beginnings.put(
                flow,
                owed ? Followed.Beginning.OWED : longSilent ? Followed.Beginning.CERTAIN : Followed.Beginning.LIKELY);
    }

    /** From here on what was {@link #found} holds; connections on which something passed before are not known. */
    public void begin() {
        Set<Flow> early = new HashSet<>();
        catchUp(flow -> {
            early.add(flow);
            return Followed.Beginning.OWED;
        });
        beginnings.keySet().removeAll(early);
    }

    /** The server stands, and on what was {@link #found} nothing is owed any more. */
    public void quiet() {
        quiet = true;
    }

    /** What is followed is clear, and nothing has passed for as long as counts as quiet. */
    public void confirm(Flow flow) {
        Followed followed = flows.get(flow);
        if (followed != null) {
            followed.confirm();
        }
    }

    /** Takes in what has passed so far. */
    public void catchUp() {
        catchUp(this::beginning);
    }

    private Followed.Beginning beginning(Flow flow) {
        Followed.Beginning found = beginnings.get(flow);
        if (found == null) {
            return Followed.Beginning.OWED;
        }
        return quiet && found == Followed.Beginning.OWED ? Followed.Beginning.LIKELY : found;
    }

    /** As {@link #catchUp}, while nobody asks for long: forgets connections that have ended, and what waits for lost packets. */
    public void keepUp() {
        flows.values().forEach(Followed::loseGap);
        catchUp();
        news.clear();
        flows.entrySet().removeIf(each -> each.getValue().isOver() && forget(each.getKey()));
    }

    private boolean forget(Flow flow) {
        beginnings.remove(flow);
        consumed.remove(flow);
        passed.remove(flow);
        opened.remove(flow);
        return true;
    }

    private void catchUp(Function<Flow, Followed.Beginning> beginning) {
        lost += packets.lost();
        boolean all = packets.forEach(packet -> Segment.of(packet).ifPresent(segment -> take(segment, beginning)));
        caughtUp = all;
        if (all) {
            lostBefore = lost;
        }
    }

    private void take(Segment segment, Function<Flow, Followed.Beginning> beginning) {
        boolean toServer = ports.contains(segment.destination().getPort());
        Flow flow = toServer
                ? new Flow(segment.destination(), segment.source())
                : new Flow(segment.source(), segment.destination());
        if (passed.add(flow)) {
            news.add(flow);
        }
        if (segment.opens()) {
            opened.add(flow);
        }
        Followed followed = flows.get(flow);
        if (followed == null) {
            if (!segment.payload().hasRemaining() && !segment.opens()) {
                return;
            }
            followed = new Followed(conversations, beginning.apply(flow));
            flows.put(flow, followed);
        }
        if (toServer) {
            followed.fromClient(segment, lostBefore);
        } else {
            followed.fromServer(segment);
        }
    }

    /** Whether the kernel is to be asked by {@link #ask} of a connection: too little is known of it. */
    public boolean isInDoubt(Flow flow) {
        Followed followed = flows.get(flow);
        return followed != null && !followed.isKnown();
    }

    /** Asks the kernel, in a way that tells more of a connection of which too little is known. */
    public <T> T ask(Flow flow, Supplier<T> kernel, Function<T, Reading> reading) {
        Followed followed = flows.get(flow);
        if (followed == null || followed.isKnown()) {
            return kernel.get();
        }
        catchUp();
        long before = followed.segments();
        T answer = kernel.get();
        catchUp();
        if (followed.segments() == before) {
            followed.still(reading.apply(answer), lost);
        }
        return answer;
    }

    /** What the server has written, and of which not all has passed yet; also nothing, at the end of what has. */
    public void written(Flow flow, int sequence, ByteBuffer bytes) {
        Followed followed = flows.get(flow);
        if (followed != null) {
            followed.fromServer(sequence, bytes);
        }
    }

    /** Whether data has passed, or the connection is new. */
    public boolean hasSeen(Flow flow) {
        return flows.containsKey(flow);
    }

    /** Whether anything has passed, with data or without. */
    public boolean hasPassed(Flow flow) {
        return passed.contains(flow);
    }

    /** Of these something has passed for the first time since this was asked last. */
    public List<Flow> news() {
        List<Flow> since = news;
        news = new ArrayList<>();
        return since;
    }

    /** Whether one side has said that it says no more. */
    public boolean isEnding(Flow flow) {
        Followed followed = flows.get(flow);
        return followed != null && followed.isEnding();
    }

    /** The connections that were made since it was opened, but for those that are known to have ended. */
    public Set<Flow> opened() {
        opened.removeIf(flow -> {
            Followed followed = flows.get(flow);
            return followed != null && followed.isOver();
        });
        return opened;
    }

    /** The kernel says that something has come or gone there: whether that passed here, or will have when it has caught up. */
    public void heard(Flow flow) {
        if (!passed.contains(flow)) {
            catchUp();
            blind |= !passed.contains(flow);
        }
    }

    /** Whether all that had passed when it caught up last was seen here, as far as that can be known. */
    public boolean hasSeenAll() {
        return caughtUp && lost == 0 && !blind;
    }

    /** Whether nothing is owed on it for certain, and nothing waits that would be. */
    public boolean isClear(Flow flow) {
        Followed followed = flows.get(flow);
        return followed != null && followed.isClear();
    }

    /** Whether it is known but for a silence, with which {@link #confirm} makes it certain. */
    public boolean lacksSilence(Flow flow) {
        Followed followed = flows.get(flow);
        return followed != null && followed.lacksSilence();
    }

    /** Whether what is said of it can be relied on. */
    public boolean knows(Flow flow) {
        Followed followed = flows.get(flow);
        return followed != null && followed.isKnown();
    }

    /** Empty when nothing has passed, or the wire does not tell. */
    public Optional<Opinion> opinion(Flow flow, Reading reading) {
        Followed followed = flows.get(flow);
        if (followed == null) {
            // What has been read since, and did not pass here, was missed.
            if (reading.consumed() == consumed.getOrDefault(flow, 0L)) {
                return Optional.empty();
            }
            if (consumed.containsKey(flow)) {
                heard(flow);
            }
            return reading.unseen();
        }
        if (followed.isBehind(reading)) {
            // It came, and was read, after we had caught up last.
            catchUp();
        }
        return followed.opinion(reading);
    }

    @Override
    public void close() {
        packets.close();
    }
}
