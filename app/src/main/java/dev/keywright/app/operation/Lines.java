package dev.keywright.app.operation;

import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/** Reads lines, but of an endless one only so much. One thread. */
final class Lines {

    /**
     * A line.
     *
     * @param text without its end; empty when {@code tooLong}
     */
    record Line(int number, String text, boolean tooLong) {}

    private final Reader from;
    private final int longest;
    private final char[] buffer = new char[8192];
    private int at;
    private int end;
    private int number;

    Lines(Reader from, int longest) {
        this.from = from;
        this.longest = longest;
    }

    Optional<Line> next() throws IOException {
        StringBuilder text = new StringBuilder();
        boolean any = false;
        boolean tooLong = false;
        while (at < end || fill()) {
            any = true;
            int start = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            if (!tooLong && text.length() + (at - start) <= longest) {
                text.append(buffer, start, at - start);
            } else if (!tooLong) {
                tooLong = true;
                text = new StringBuilder();
            }
            if (at < end) {
                at++;
                break;
            }
        }
        return any ? Optional.of(new Line(++number, text.toString(), tooLong)) : Optional.empty();
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, from.read(buffer));
        return end > 0;
    }
}
