package dev.keywright.cache;

/**
 * How the entries of one cache lie in Redis: which key holds what, and by which command it is written. {@link PlainShelf} keeps an entry
 * and nothing else; another one may keep a log of changes beside it. Makes commands and sends none. Threads: any number.
 *
 * <p>What a key holds begins with one byte: {@code V} value, {@code N} remembered absence, {@code L} a load under way, {@code F} the
 * outcome of a load that brought nothing, {@code W} a write under way; see {@link Entry}.
 */
interface Shelf {

    /** The Redis key of a key with this text. */
    byte[] key(String text);

    /**
     * Stores an entry whatever is there, and with it the change, where changes are kept. Any answer but an error means done.
     *
     * @param head the first bytes of the entry, see {@link Entry}
     * @param body the rest: what the codec wrote
     */
    Errand put(String text, byte[] head, byte[] body, long ttlMillis);

    /**
     * Stores an entry if there is no value; answers 1 when it did, else 0. A remembered absence and a load under way are no value, and
     * neither is the value that {@code worthless} tells.
     *
     * @param worthless {@link Entry#startOf} of a value that may be overwritten; empty for none
     */
    Errand putIfAbsent(String text, byte[] head, byte[] body, long ttlMillis, byte[] worthless);

    /** Forgets the entry; what it was made from stays as it is. Loads under way cannot be stored any more. */
    Errand invalidate(String text);

    /** Forgets the entry and, where changes are kept, keeps the removal as a change. */
    Errand remove(String text);

    /**
     * Asks for the value, or for the right to load it. Answers what {@link Claim#of} reads, see {@code claim.lua}.
     *
     * @param token 8 bytes that name the lease if it is granted
     * @param waitedOn the token of the lease that was waited for until now; empty when none was
     * @param renewBelowMillis a value that has no longer to live than this may be loaded anew; -1 when every value is good
     * @param worthless {@link Entry#startOf} of a value that counts as none, because it cannot be used; empty when every value counts
     */
    Errand claim(String text, byte[] token, long leaseMillis, byte[] waitedOn, long renewBelowMillis, byte[] worthless);
}
