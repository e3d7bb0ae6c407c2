package dev.keywright.ops.benchmark;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.ops.wire.MonitorLine;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file of what MONITOR printed, line by line; other lines are counted and left out. One thread. */
final class Recording implements Closeable {

    private static final int LONGEST_LINE = 16 * 1024 * 1024;

    private final InputStream file;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long others;

    Recording(Path path) throws IOException {
        file = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
    }

    /** Empty at the end. */
    Optional<MonitorLine> next() throws IOException {
        while (readLine()) {
            byte[] text = line.toByteArray();
            Optional<MonitorLine> found = MonitorLine.parse(text, text.length);
            if (found.isPresent()) {
                return found;
            }
            if (text.length > 0 && !line.toString(US_ASCII).matches("\\+?OK")) {
                others++;
            }
        }
        return Optional.empty();
    }

    private boolean readLine() throws IOException {
        line.reset();
        int next = file.read();
        boolean any = next >= 0;
        while (next >= 0 && next != '\n') {
            if (next != '\r' && line.size() < LONGEST_LINE) {
                line.write(next);
            }
            next = file.read();
        }
        return any;
    }

    /** Lines that were none of MONITOR, or cut. */
    long others() {
        return others;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
