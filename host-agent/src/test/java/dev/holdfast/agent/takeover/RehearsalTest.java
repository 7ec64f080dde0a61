package dev.holdfast.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.common.manifest.Takeover;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    @Test
    void goesThroughAWholeTakeoverAndLeavesNothing() throws Exception {
        long children = ProcessHandle.current().children().count();

        Takeover usual = Takeover.DEFAULT;
        DressRehearsal.run(new Takeover(
                Takeover.Protocol.HTTP1,
                usual.quiet(),
                usual.deadline(),
                usual.onDeadline(),
                usual.linger(),
                usual.start(),
                usual.prove()));

        assertThat(ProcessHandle.current().children().count()).isEqualTo(children);
    }
}
