package dev.holdfast.common.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ReasonsTest {
    @Test
    void theRootIsToldWithoutItsWrapping() {
        assertThat(Reasons.root(new RuntimeException(
                        "outer", new ConnectException("finishConnect(..) failed with error(-113): No route to host"))))
                .isEqualTo("No route to host");
        assertThat(Reasons.root(new IOException("failed", new UnknownHostException("nohost"))))
                .isEqualTo("unknown host nohost");
        assertThat(Reasons.root(new IOException("plain"))).isEqualTo("plain");
        assertThat(Reasons.root(new IllegalStateException())).isEqualTo("IllegalStateException");
    }

    @Test
    void whatIsWrongWithAFileIsSaid() {
        assertThat(Reasons.of(new NoSuchFileException("/a"))).isEqualTo("there is no file or directory /a");
        assertThat(Reasons.of(new AccessDeniedException("/a"))).isEqualTo("no permission for /a");
        assertThat(Reasons.of(new FileAlreadyExistsException("/a")))
                .isEqualTo("/a is there already and is something else");
        assertThat(Reasons.of(new FileSystemException("/a", null, "Read-only file system")))
                .isEqualTo("/a: Read-only file system");
        assertThat(Reasons.of(new IOException("Is a directory"))).isEqualTo("Is a directory");
    }
}
