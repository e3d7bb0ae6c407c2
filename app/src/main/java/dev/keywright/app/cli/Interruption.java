package dev.keywright.app.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Until it is over, Ctrl-C ends what is done early, and the program stays until its results are shown, some seconds at most. */
final class Interruption {

    private static final long PATIENCE_SECONDS = 30;

    private final CountDownLatch shown = new CountDownLatch(1);
    private final Thread atEnd;

    /**
     * @param stop makes an operation return soon with what there is
     */
    Interruption(Runnable stop) {
        atEnd = new Thread(() -> await(stop), "keywright-interruption");
        Runtime.getRuntime().addShutdownHook(atEnd);
    }

    private void await(Runnable stop) {
        stop.run();
        try {
            shown.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Results were shown. */
    void over() {
        shown.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException ending) {
            // The program ends already; the hook has been told.
        }
    }
}
