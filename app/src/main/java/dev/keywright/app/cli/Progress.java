package dev.keywright.app.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;

/** Tells on one line what is going on, on standard error and only on a terminal; the line vanishes at the end. */
final class Progress implements Consumer<String>, AutoCloseable {

    private static final String BACK = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean shown;

    Progress(PrintWriter err, boolean shown) {
        this.err = err;
        this.shown = shown;
    }

    @Override
    public void accept(String text) {
        show(BACK + text + " ...");
    }

    @Override
    public void close() {
        show(BACK);
    }

    private void show(String text) {
        if (shown) {
            err.print(text);
            err.flush();
        }
    }
}
