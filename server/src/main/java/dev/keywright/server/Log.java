package dev.keywright.server;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Reads what servers write. */
final class Log {

    private static final int REASON_LINES = 8;

    private Log() {}

    /** The last bytes of a log, from the beginning of a line; empty when there is none. */
    static String tail(Path file, int bytes) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long skipped = Math.max(0, log.length() - bytes);
            log.seek(skipped);
            byte[] end = new byte[(int) Math.min(bytes, log.length() - skipped)];
            log.readFully(end);
            String text = new String(end, StandardCharsets.UTF_8);
            return skipped == 0 ? text : text.substring(text.indexOf('\n') + 1);
        } catch (IOException none) {
            return "";
        }
    }

    /** The last lines of a log in one sentence, without process ids and times. */
    static String reason(String log) {
        List<String> lines = log.lines().filter(line -> !line.isBlank()).toList();
        String end = String.join(
                " ",
                lines.subList(Math.max(0, lines.size() - REASON_LINES), lines.size()).stream()
                        .map(line -> line.replaceFirst("^\\d+:[A-Z] \\d+ \\w+ \\d+ [\\d:.]+ [.*#-] ", "")
                                .strip())
                        .toList());
        return end.isEmpty() ? "nothing." : end;
    }
}
