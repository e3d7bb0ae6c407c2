package dev.keywright.pubsub;

/** What a listener is told, in its own code: whatever that throws, and whatever interrupts it, ends with it. */
interface Telling {

    void run() throws Exception;

    static void tell(Telling telling, Counts counts) {
        try {
            telling.run();
        } catch (Throwable e) { // an error too: one that got away would end the turns of the listener
            counts.failures.increment();
            show(e);
        } finally {
            boolean unused = Thread.interrupted(); // it was for this message, not for the next one on the thread
        }
    }

    private static void show(Throwable failure) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        } catch (Throwable e) {
            failure.addSuppressed(e); // nobody is left to tell
        }
    }
}
