package dev.holdfast.agent.link;

import dev.holdfast.agent.link.Managers.Manager;
import dev.holdfast.common.address.HostPort;
import dev.holdfast.common.text.Reasons;
import dev.holdfast.proto.agent.v1.AgentServiceGrpc;
import dev.holdfast.proto.agent.v1.ConnectRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.Registration;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a stream to a manager: dials, registers, and goes on to the next one whenever it ends. */
public final class ManagerLink {
    private static final Logger LOG = LoggerFactory.getLogger(ManagerLink.class);

    private static final Duration LASTING = Duration.ofSeconds(1);

    private final Managers managers;
    private final Supplier<Registration> registration;
    private final Commands commands;
    private final Outbox outbox;
    private final TableSender tables;
    private final Backoff backoff;
    private final Consumer<HostPort> registered;
    private volatile String lastProblem = "";

    /**
     * @param registration made anew for every stream
     * @param registered told the manager after every registration
     */
    public ManagerLink(
            Managers managers,
            Supplier<Registration> registration,
            Commands commands,
            Outbox outbox,
            TableSender tables,
            Backoff backoff,
            Consumer<HostPort> registered) {
        this.managers = managers;
        this.registration = registration;
        this.commands = commands;
        this.outbox = outbox;
        this.tables = tables;
        this.backoff = backoff;
        this.registered = registered;
    }

    /** Goes on until it is interrupted, which ends the stream in good order. */
    public void run() throws InterruptedException {
        while (true) {
            Registration host = registration.get();
            Manager manager = managers.current();
            // The channel has a backoff of its own, of up to two minutes.
            manager.channel().resetConnectBackoff();
            Responses responses = new Responses(manager.address());
            StreamObserver<ConnectRequest> requests =
                    AgentServiceGrpc.newStub(manager.channel()).connect(responses);
            responses.requests.complete(requests);
            requests.onNext(ConnectRequest.newBuilder().setRegistration(host).build());
            try {
                tell(manager.address(), responses.ended.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                outbox.closed();
                requests.onCompleted();
                throw e;
            }
            outbox.closed();
            if (responses.isLasting()) {
                managers.arrived();
            }
            if (managers.goOn()) {
                Thread.sleep(backoff.next());
            }
        }
    }

    /** The same problem again is not worth another line. */
    private void tell(HostPort manager, Status status) {
        String what = status.getDescription() == null ? status.getCode().toString() : status.getDescription();
        Throwable cause = status.getCause();
        String problem = cause == null ? what : Reasons.root(cause);
        if (!problem.equals(lastProblem)) {
            LOG.warn("no connection to the manager at {}: {}; trying again until there is one", manager, problem);
        }
        lastProblem = problem;
    }

    private void registered(HostPort manager, StreamObserver<ConnectRequest> requests, String hostId) {
        LOG.info("registered with the manager at {} as host {}", manager, hostId);
        lastProblem = "";
        backoff.reset();
        outbox.opened(requests);
        tables.sendAnew();
        registered.accept(manager);
    }

    /** What comes from the manager on one stream; gRPC calls it on one thread at a time. */
    private final class Responses implements StreamObserver<ConnectResponse> {
        final CompletableFuture<StreamObserver<ConnectRequest>> requests = new CompletableFuture<>();
        final CompletableFuture<Status> ended = new CompletableFuture<>();
        private final HostPort manager;
        /** Of {@link System#nanoTime}; null before. */
        private volatile @Nullable Long registeredAt;

        Responses(HostPort manager) {
            this.manager = manager;
        }

        @Override
        public void onNext(ConnectResponse message) {
            if (message.hasRegistered()) {
                registeredAt = System.nanoTime();
                registered(manager, requests.join(), message.getRegistered().getHostId());
            } else {
                commands.handle(message);
            }
        }

        /** Whether a manager had registered this agent and kept it for a while: others may do so at once. */
        boolean isLasting() {
            Long since = registeredAt;
            return since != null && System.nanoTime() - since >= LASTING.toNanos();
        }

        @Override
        public void onError(Throwable broken) {
            ended.complete(Status.fromThrowable(broken));
        }

        @Override
        public void onCompleted() {
            ended.complete(Status.UNAVAILABLE.withDescription("the manager ended the stream"));
        }
    }
}
