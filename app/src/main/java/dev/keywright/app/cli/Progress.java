package dev.keywright.app.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;

/** Tells what is going on, on standard error and only on a terminal. */
final class Progress {

    static final Consumer<String> SILENT = text -> {};

    private Progress() {}

    static Consumer<String> on(PrintWriter err) {
        if (System.console() == null) {
            return SILENT;
        }
        return text -> {
            err.print("\r\u001b[K" + text);
            err.flush();
        };
    }
}
