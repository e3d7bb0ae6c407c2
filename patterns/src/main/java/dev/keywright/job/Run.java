package dev.keywright.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One attempt at a job in this process. Threads: any number. */
final class Run {

    private static final int MOST_LETTERS = 1_000;

    /** Why it ended before its handler did. */
    enum Ending {
        NOT("It goes on."),
        LOST("its lease was lost."),
        CANCELLED("the job was cancelled."),
        TIMED_OUT("it took longer than it may."),
        STOPPED("its worker was stopped.");

        final String text;

        Ending(String text) {
            this.text = text;
        }
    }

    final Header header;
    final byte[] payload;
    private volatile long heldUntil;
    private volatile String progress = "";
    private volatile Ending ending = Ending.NOT;
    private volatile byte[] result = {};
    private volatile @Nullable String buried;
    private @Nullable Thread thread;
    private @Nullable Future<?> alarm;
    private boolean begun;
    private boolean over;
    private int beats;

    Run(Header header, byte[] payload, long heldUntil) {
        this.header = header;
        this.payload = payload;
        this.heldUntil = heldUntil;
    }

    /** Whether its handler may begin; false when it was ended before. */
    synchronized boolean begin() {
        if (!isHeld() || over) {
            return false;
        }
        thread = Thread.currentThread();
        begun = true;
        return true;
    }

    synchronized boolean hasBegun() {
        return begun;
    }

    /** Ends it before its handler does, which then has nothing to report any more; true for one caller only, who is to report it. */
    synchronized boolean endAndClose(Ending why) {
        return end(why) && close();
    }

    /** Ends it before its handler can begin; true for one caller only, who is to report it. */
    synchronized boolean endUnlessBegun(Ending why) {
        return !begun && end(why) && close();
    }

    /** Whether it has not begun for more than one beat; asked once in each. */
    synchronized boolean isStale() {
        return !begun && ++beats > 1;
    }

    /** The handler has returned: from now on its thread is not interrupted. */
    synchronized void finish() {
        thread = null;
        boolean unused = Thread.interrupted();
        if (alarm != null) {
            alarm.cancel(false);
        }
    }

    synchronized void alarm(Future<?> alarm) {
        this.alarm = alarm;
        if (over) {
            alarm.cancel(false);
        }
    }

    /** Ends it before its handler does. */
    synchronized boolean end(Ending why) {
        if (ending != Ending.NOT || over) {
            return false;
        }
        ending = why;
        if (thread != null) {
            thread.interrupt();
        }
        return true;
    }

    /** True for one caller only, who is to report what became of it. */
    synchronized boolean close() {
        boolean first = !over;
        over = true;
        if (alarm != null) {
            alarm.cancel(false);
        }
        return first;
    }

    Ending ending() {
        return System.nanoTime() - heldUntil > 0 && ending == Ending.NOT ? Ending.LOST : ending;
    }

    boolean isHeld() {
        return ending() == Ending.NOT;
    }

    boolean isLeaseOver(long now) {
        return now - heldUntil > 0;
    }

    void heldUntil(long nanos) {
        heldUntil = nanos;
    }

    void progress(String text) {
        progress = text.length() > MOST_LETTERS ? text.substring(0, MOST_LETTERS) : text;
    }

    byte[] progress() {
        return progress.getBytes(UTF_8);
    }

    void result(byte[] result) {
        this.result = result;
    }

    byte[] result() {
        return result;
    }

    void bury(String cause) {
        buried = cause;
    }

    Optional<String> buried() {
        return Optional.ofNullable(buried);
    }
}
