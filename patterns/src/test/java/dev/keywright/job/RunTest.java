package dev.keywright.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** An attempt whose end is said from two sides. */
class RunTest {

    private static final byte[] HEADER = "1;1;1;3;0;n;4:mail".getBytes(UTF_8);

    /** The handler wakes up by the interruption, and may return before the one who interrupts it has gone on. */
    @Test
    void aHandlerThatIsToldOfTheLossHasNothingToReport() throws InterruptedException {
        for (int i = 0; i < 2_000; i++) {
            long hour = TimeUnit.HOURS.toNanos(1);
            Run run = new Run(new Header("a".getBytes(UTF_8), HEADER), new byte[0], System.nanoTime() + hour);
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<Boolean> reports = new CompletableFuture<>();
            Thread handler = new Thread(() -> {
                assertThat(run.begin()).isTrue();
                begun.countDown();
                while (!Thread.currentThread().isInterrupted()) {
                    LockSupport.park();
                }
                reports.complete(run.close());
            });
            handler.start();
            begun.await();
            assertThat(run.endAndClose(Run.Ending.LOST)).isTrue();
            assertThat(reports.join()).isFalse();
            handler.join();
        }
    }
}
