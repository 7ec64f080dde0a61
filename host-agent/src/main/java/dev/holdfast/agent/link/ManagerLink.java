package dev.holdfast.agent.link;

import dev.holdfast.common.text.Reasons;
import dev.holdfast.proto.agent.v1.AgentServiceGrpc;
import dev.holdfast.proto.agent.v1.ConnectRequest;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import dev.holdfast.proto.agent.v1.Registration;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a stream to the manager: dials, registers, and begins again whenever it ends. */
public final class ManagerLink {
    private static final Logger LOG = LoggerFactory.getLogger(ManagerLink.class);

    private final ManagedChannel channel;
    private final Supplier<Registration> registration;
    private final Commands commands;
    private final Outbox outbox;
    private final TableSender tables;
    private final Backoff backoff;
    private final Runnable registered;
    private volatile String lastProblem = "";

    /**
     * @param registration made anew for every stream
     * @param registered called after every registration
     */
    public ManagerLink(
            ManagedChannel channel,
            Supplier<Registration> registration,
            Commands commands,
            Outbox outbox,
            TableSender tables,
            Backoff backoff,
            Runnable registered) {
        this.channel = channel;
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
            // The channel has a backoff of its own, of up to two minutes.
            channel.resetConnectBackoff();
            Responses responses = new Responses();
            StreamObserver<ConnectRequest> requests =
                    AgentServiceGrpc.newStub(channel).connect(responses);
            responses.requests.complete(requests);
            requests.onNext(ConnectRequest.newBuilder().setRegistration(host).build());
            try {
                tell(responses.ended.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                outbox.closed();
                requests.onCompleted();
                throw e;
            }
            outbox.closed();
            Thread.sleep(backoff.next());
        }
    }

    /** The same problem again is not worth another line. */
    private void tell(Status status) {
        String what = status.getDescription() == null ? status.getCode().toString() : status.getDescription();
        Throwable cause = status.getCause();
        String problem = cause == null ? what : Reasons.root(cause);
        if (!problem.equals(lastProblem)) {
            LOG.warn(
                    "no connection to the manager at {}: {}; trying again until there is one",
                    channel.authority(),
                    problem);
        }
        lastProblem = problem;
    }

    private void registered(StreamObserver<ConnectRequest> requests, String hostId) {
        LOG.info("registered with the manager as host {}", hostId);
        lastProblem = "";
        backoff.reset();
        outbox.opened(requests);
        tables.sendAnew();
        registered.run();
    }

    /** What comes from the manager on one stream; gRPC calls it on one thread at a time. */
    private final class Responses implements StreamObserver<ConnectResponse> {
        final CompletableFuture<StreamObserver<ConnectRequest>> requests = new CompletableFuture<>();
        final CompletableFuture<Status> ended = new CompletableFuture<>();

        @Override
        public void onNext(ConnectResponse message) {
            if (message.hasRegistered()) {
                registered(requests.join(), message.getRegistered().getHostId());
            } else {
                commands.handle(message);
            }
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
