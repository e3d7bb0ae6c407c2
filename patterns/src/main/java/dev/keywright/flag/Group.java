package dev.keywright.flag;

import dev.keywright.KeywrightException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Users that have something in common, such as staff or those who asked for a preview; {@linkplain Segment segments} of flags name it. A
 * group is there as soon as it has users. Made by {@link FeatureFlags#group}.
 * <ul>
 *   <li>Users: numbers from 0 on, written in decimal digits, or any other text of 1 to 1,000 letters.
 *   <li>Questions are answered from memory. Changes are one EVALSHA for each 200 users of a page, sent in batches, and written down in the
 *       same step. A page is 65,536 numbers, or one of 64 parts of all texts.
 *   <li>A change that failed may have been done in part; it may be repeated.
 *   <li>Threads: any number.
 * </ul>
 */
public final class Group {

    private final Mirror mirror;
    private final Writes writes;
    private final String name;
    private final String subject;

    /** @param subject what the log calls it */
    Group(Mirror mirror, Writes writes, String name, String subject) {
        this.mirror = mirror;
        this.writes = writes;
        this.name = name;
        this.subject = subject;
    }

    public String name() {
        return name;
    }

    /**
     * Adds users.
     *
     * @return how many were not in it before; fewer are counted when a lost answer made it ask again
     * @throws KeywrightException.Misused when all groups and overrides together would have more than 10,000 pages, or this one more than some 64,000
     *     names
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public long add(Collection<String> users, String by, String why) {
        return writes.members(true, name, users, writes.note(subject, by, why));
    }

    /** As {@link #add}, without blocking. */
    public CompletionStage<Long> addAsync(Collection<String> users, String by, String why) {
        return writes.membersAsync(true, name, users, writes.note(subject, by, why));
    }

    /**
     * Removes users.
     *
     * @return how many were in it before; fewer are counted when a lost answer made it ask again
     * @throws KeywrightException.Unavailable when Redis did not answer
     */
    public long remove(Collection<String> users, String by, String why) {
        return writes.members(false, name, users, writes.note(subject, by, why));
    }

    /** As {@link #remove}, without blocking. */
    public CompletionStage<Long> removeAsync(Collection<String> users, String by, String why) {
        return writes.membersAsync(false, name, users, writes.note(subject, by, why));
    }

    /** Whether the user is in it, as far as this process knows; asks no server. */
    public boolean contains(String user) {
        Members members = mirror.known().members(name);
        long number = Users.number(user);
        return number < 0 ? members.has(user, Buckets.digest(user)) : members.has(number);
    }

    /** How many users are in it, as far as this process knows; asks no server. */
    public long size() {
        return mirror.known().members(name).size();
    }

    /** All its users, as far as this process knows, in no order; asks no server. */
    public List<String> users() {
        return mirror.known().members(name).list();
    }

    @Override
    public String toString() {
        return subject;
    }
}
