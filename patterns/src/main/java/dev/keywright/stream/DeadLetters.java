package dev.keywright.stream;

import dev.keywright.codec.Codec;
import dev.keywright.connection.Command;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What a group could not handle: events that failed too often, that killed their workers, or that cannot be read. They are in the stream
 * {@code stream:{name}:dead:<group>}, with their cause, until there are too many. Threads: any number.
 */
public final class DeadLetters<T> {

    private final StreamCommands commands;
    private final Codec<T> codec;
    private final byte[] key;

    DeadLetters(StreamCommands commands, Codec<T> codec, String group) {
        this.commands = commands;
        this.codec = codec;
        this.key = commands.deadKey(group);
    }

    public long count() {
        return commands.ask(Command.named("XLEN").key(key).buildReadOnly(), "dead letters")
                .number();
    }

    /** The oldest ones from a letter on. */
    public List<DeadLetter<T>> list(EventId from, int most) {
        List<DeadLetter<T>> letters = new ArrayList<>();
        for (Entry entry : Entry.all(commands.ask(commands.range(key, from, EventId.LAST, most), "dead letters"))) {
            letters.add(letter(entry));
        }
        return letters;
    }

    private DeadLetter<T> letter(Entry entry) {
        int attempts = entry.text("dead:attempts").map(Integer::parseInt).orElse(0);
        EventId id = entry.text("dead:id").map(EventId::parse).orElse(entry.id());
        return new DeadLetter<>(
                entry.id(),
                entry.as(id).event(codec, attempts),
                entry.text("dead:cause").orElse(""),
                attempts,
                entry.text("dead:consumer").orElse(""));
    }

    /**
     * Appends the event to its stream once more and removes the letter. All groups get it, those too that have handled it.
     *
     * @return the event's new id; empty when there is no such letter
     */
    public Optional<EventId> redrive(EventId letter) {
        return commands.redrive(key, letter);
    }

    /** Removes letters; answers how many there were. */
    public long remove(Collection<EventId> letters) {
        return commands.delete(key, List.copyOf(letters));
    }
}
