package dev.keywright.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listener that writes down what it is told, one line each. */
final class Heard implements TopicListener<String> {

    private static final long LONGEST = 20; // s

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    @Override
    public void message(Message<String> message) {
        lines.add(message.value());
    }

    @Override
    public void gap(Gap gap) {
        lines.add("GAP " + gap.reason()
                + (gap.missed().isPresent() ? " " + gap.missed().getAsLong() : ""));
    }

    @Override
    public void undecodable(Undecodable message) {
        lines.add("UNDECODABLE " + message.payload().length);
    }

    @Override
    public void ended(Ending why) {
        lines.add("ENDED " + why);
    }

    String next() throws InterruptedException {
        String line = lines.poll(LONGEST, TimeUnit.SECONDS);
        assertThat(line).as("something to hear").isNotNull();
        return line;
    }

    /** The first line that is no message of a probe. */
    String nextOtherThan(String probe) throws InterruptedException {
        long begun = System.nanoTime();
        String line = next();
        while (line.equals(probe)) {
            assertThat(System.nanoTime() - begun)
                    .as("something else than a probe")
                    .isLessThan(TimeUnit.SECONDS.toNanos(LONGEST));
            line = next();
        }
        return line;
    }

    boolean isQuiet() {
        return lines.isEmpty();
    }
}
