package dev.keywright.pubsub.browser;

import java.nio.ByteBuffer;
import java.util.Optional;

/** The newest frames, numbered as they came: all browsers read the same ones, each from its own place. For one thread. */
final class Ring {

    private final Frame[] frames;
    private long end;

    Ring(int capacity) {
        frames = new Frame[capacity];
    }

    /** The id of a message in a stream, by which a browser says what it had last. */
    record Id(long millis, long sequence) {

        /** Empty for what is no such id. */
        static Optional<Id> parse(String text) {
            int dash = text.indexOf('-');
            try {
                return Optional.of(
                        new Id(Long.parseLong(text, 0, dash, 10), Long.parseLong(text, dash + 1, text.length(), 10)));
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                return Optional.empty();
            }
        }

        boolean isAfter(Id other) {
            return millis > other.millis || millis == other.millis && sequence > other.sequence;
        }
    }

    /** What is written to a browser; an id has what came from a stream. */
    record Frame(Optional<Id> id, ByteBuffer bytes) {}

    void add(Frame frame) {
        frames[(int) (end++ % frames.length)] = frame;
    }

    /** The number of the oldest that is there. */
    long begin() {
        return Math.max(0, end - frames.length);
    }

    /** The number of the next one. */
    long end() {
        return end;
    }

    Frame at(long number) {
        return frames[(int) (number % frames.length)];
    }

    /** Whether all that came after that message are there, or will come. */
    boolean reachesBackTo(Id id) {
        for (long number = begin(); number < end; number++) {
            Optional<Id> oldest = at(number).id();
            if (oldest.isPresent()) {
                return !oldest.get().isAfter(id);
            }
        }
        return true;
    }
}
