package dev.keywright.app.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How large the terminal is. */
record TerminalSize(int columns, int lines) {

    private static final File TERMINAL = new File("/dev/tty");
    private static final Pattern FORM = Pattern.compile("([1-9]\\d*) ([1-9]\\d*)\\s*");

    /** As {@code stty} tells it now, since a window changes while somebody looks; this one where it cannot tell. Takes milliseconds. */
    TerminalSize now() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(TERMINAL)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream out = stty.getInputStream()) {
                return or(new String(out.readAllBytes(), US_ASCII));
            }
        } catch (IOException noTerminal) {
            return this;
        }
    }

    /** What {@code stty size} says, lines first; this one where that is no size. */
    TerminalSize or(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? new TerminalSize(Integer.parseInt(form.group(2)), Integer.parseInt(form.group(1)))
                : this;
    }
}
