package dev.keywright.flag;

import dev.keywright.KeywrightException;

/** What became of a change. */
public sealed interface Outcome {

    /**
     * It was stored.
     *
     * @param flag with its new version
     */
    record Changed(Flag flag) implements Outcome {}

    /**
     * Somebody else was faster; nothing was stored. Only when the answer to a change was lost, and somebody else changed the flag before
     * it was asked for again, this change may have been stored before theirs: {@link FeatureFlags#history(String, int)} shows it.
     *
     * @param current what is stored now; version 0 when it was removed
     */
    record Overtaken(Flag current) implements Outcome {}

    /** @throws KeywrightException.Misused when somebody else was faster */
    default Flag orThrow() {
        if (this instanceof Changed changed) {
            return changed.flag();
        }
        throw new KeywrightException.Misused(
                "Flag '" + ((Overtaken) this).current().id()
                        + "' was changed by somebody else since it was read; nothing was stored. Read it again and"
                        + " decide anew.");
    }
}
