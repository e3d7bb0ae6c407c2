package dev.keywright.stream;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is in a stream. Threads: any number.
 *
 * @param <T> the value
 */
public final class Event<T> {

    private final Entry entry;
    private final @Nullable T value;
    private final @Nullable String unreadable;
    private final int attempt;

    private Event(Entry entry, @Nullable T value, @Nullable String unreadable, int attempt) {
        this.entry = entry;
        this.value = value;
        this.unreadable = unreadable;
        this.attempt = attempt;
    }

    static <T> Event<T> of(Entry entry, T value, int attempt) {
        return new Event<>(entry, value, null, attempt);
    }

    static <T> Event<T> unreadable(Entry entry, String why, int attempt) {
        return new Event<>(entry, null, why, attempt);
    }

    public EventId id() {
        return entry.id();
    }

    /** What it is about. */
    public Optional<String> key() {
        return entry.key();
    }

    /** The id that its producer gave it. */
    public Optional<String> messageId() {
        return entry.messageId();
    }

    /** @throws IllegalStateException when it cannot be read; handlers never get such a one */
    public T value() {
        T read = value;
        if (read == null) {
            throw new IllegalStateException("Event " + id() + " cannot be read: " + unreadable
                    + ". Read it with the codec that wrote it, or pass over it where isReadable() says no.");
        }
        return read;
    }

    public boolean isReadable() {
        return value != null;
    }

    /** Why it cannot be read; empty when it can. */
    public Optional<String> problem() {
        return Optional.ofNullable(unreadable);
    }

    /** How often the group has got it, this time included; 1 when it was read without a group. */
    public int attempt() {
        return attempt;
    }

    /** Without the value, which may be secret. */
    @Override
    public String toString() {
        return "Event " + id() + key().map(of -> " of " + of).orElse("");
    }
}
