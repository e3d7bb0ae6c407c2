package dev.keywright.app.cli;

import java.io.PrintWriter;
import java.util.List;

/**
 * The whole terminal, drawn again and again; what was there before comes back at the end, also when the process is interrupted. Any
 * number of threads.
 */
final class WholeScreen implements AutoCloseable {

    private static final String TAKE = "\u001b[?1049h\u001b[?25l";
    private static final String GIVE_BACK = "\u001b[?25h\u001b[?1049l";
    private static final String TOP = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_SCREEN = "\u001b[J";

    private final PrintWriter out;
    private boolean taken = true;

    private WholeScreen(PrintWriter out) {
        this.out = out;
    }

    static WholeScreen take(PrintWriter out) {
        WholeScreen screen = new WholeScreen(out);
        Runtime.getRuntime().addShutdownHook(new Thread(screen::close, "keywright-screen"));
        out.print(TAKE);
        out.flush();
        return screen;
    }

    synchronized void show(List<String> lines) {
        if (taken) {
            out.print(TOP + String.join(REST_OF_LINE + "\r\n", lines) + REST_OF_LINE + REST_OF_SCREEN);
            out.flush();
        }
    }

    @Override
    public synchronized void close() {
        if (taken) {
            taken = false;
            out.print(GIVE_BACK);
            out.flush();
        }
    }
}
