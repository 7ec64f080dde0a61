package dev.holdfast.manager.api;

import dev.holdfast.manager.fleet.AgentLink;
import dev.holdfast.proto.agent.v1.ConnectResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;

final class GrpcAgentLink implements AgentLink {
    private final ServerCallStreamObserver<ConnectResponse> agent;
    private boolean closed;

    GrpcAgentLink(ServerCallStreamObserver<ConnectResponse> agent) {
        this.agent = agent;
    }

    @Override
    public synchronized void send(ConnectResponse message) {
        if (!closed && !agent.isCancelled()) {
            agent.onNext(message);
        }
    }

    synchronized boolean isOpen() {
        return !closed && !agent.isCancelled();
    }

    /** Somebody else ends the call. */
    synchronized void failed() {
        closed = true;
    }

    /** The agent has ended the stream in good order. */
    synchronized void complete() {
        if (!closed && !agent.isCancelled()) {
            closed = true;
            agent.onCompleted();
        }
    }

    @Override
    public void closeReplaced() {
        close(Status.ABORTED.withDescription("another stream of the same agent has registered"));
    }

    @Override
    public void closeUnavailable() {
        close(Status.UNAVAILABLE.withDescription("this manager is cut off from its database, others may not be"));
    }

    private synchronized void close(Status why) {
        if (!closed && !agent.isCancelled()) {
            closed = true;
            agent.onError(why.asRuntimeException());
        }
    }
}
