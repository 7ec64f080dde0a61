package dev.holdfast.common.bundle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Writes archives byte by byte (ustar, as in pax(1)), so that they may be as wrong as one likes. */
final class EvilTar {
    private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

    EvilTar file(String name, String content) {
        return entry(name, '0', "", content);
    }

    EvilTar directory(String name) {
        return entry(name, '5', "", "");
    }

    EvilTar symbolicLink(String name, String target) {
        return entry(name, '2', target, "");
    }

    EvilTar hardLink(String name, String target) {
        return entry(name, '1', target, "");
    }

    EvilTar entry(String name, char type, String link, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        header(name, type, link, bytes.length);
        tar.writeBytes(Arrays.copyOf(bytes, (bytes.length + 511) / 512 * 512));
        return this;
    }

    /** A header that claims a size, with nothing behind it. */
    EvilTar header(String name, char type, String link, long size) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000755\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        if (size < 1L << 33) {
            put(header, 124, "%011o\0".formatted(size));
        } else {
            header[124] = (byte) 0x80;
            for (int i = 0; i < 8; i++) {
                header[135 - i] = (byte) (size >>> (8 * i));
            }
        }
        put(header, 136, "00000000000\0");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        tar.writeBytes(header);
        return this;
    }

    Path writeTo(Path tarGz) throws IOException {
        Files.write(tarGz, gzipped());
        return tarGz;
    }

    byte[] gzipped() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            tar.writeTo(gzip);
            gzip.write(new byte[1024]);
        }
        return bytes.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
