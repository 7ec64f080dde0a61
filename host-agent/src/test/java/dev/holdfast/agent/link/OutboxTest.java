package dev.holdfast.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.proto.agent.v1.ConnectRequest;
import dev.holdfast.proto.agent.v1.CycleReport;
import dev.holdfast.proto.agent.v1.ProcessTable;
import io.grpc.stub.CallStreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
    private static final ConnectRequest TABLE = ConnectRequest.newBuilder()
            .setProcessTable(ProcessTable.getDefaultInstance())
            .build();
    private static final CycleReport REPORT =
            CycleReport.newBuilder().setCycleId("c-1").build();

    private final Stream stream = new Stream();

    @TempDir
    Path dir;

    private Outbox outbox;

    @BeforeEach
    void open() throws IOException {
        outbox = new Outbox(new ReportStore(dir));
    }

    @Test
    void aTableWaitsForAManagerThatDoesNotTakeWhatItHas() {
        outbox.opened(stream);
        stream.ready = false;
        assertThat(outbox.offer(TABLE)).isFalse();
        assertThat(stream.sent).isEmpty();

        stream.ready = true;
        assertThat(outbox.offer(TABLE)).isTrue();
        assertThat(stream.sent).containsExactly(TABLE);
    }

    @Test
    void withoutAStreamNothingIsSent() {
        assertThat(outbox.offer(TABLE)).isFalse();
        outbox.opened(stream);
        outbox.closed();
        assertThat(outbox.offer(TABLE)).isFalse();
        assertThat(stream.sent).isEmpty();
    }

    @Test
    void aReportIsSentOnEveryStreamUntilItIsAcknowledged() {
        outbox.keep(REPORT);
        outbox.opened(stream);
        outbox.opened(stream);
        outbox.acknowledged("c-1");
        outbox.opened(stream);

        assertThat(stream.sent).extracting(ConnectRequest::getCycleReport).containsExactly(REPORT, REPORT);
    }

    @Test
    void aDamagedReportDoesNotKeepTheOthers() throws IOException {
        outbox.keep(REPORT);
        Path damaged = Files.write(dir.resolve("c-0.report"), new byte[] {-1, -1, -1});

        outbox.opened(stream);

        assertThat(stream.sent).extracting(ConnectRequest::getCycleReport).containsExactly(REPORT);
        assertThat(damaged).exists();
    }

    private static final class Stream extends CallStreamObserver<ConnectRequest> {
        final List<ConnectRequest> sent = new ArrayList<>();
        boolean ready = true;

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void onNext(ConnectRequest message) {
            sent.add(message);
        }

        @Override
        public void setOnReadyHandler(@Nullable Runnable handler) {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void onError(Throwable broken) {}

        @Override
        public void onCompleted() {}
    }
}
