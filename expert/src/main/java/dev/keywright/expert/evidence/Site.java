package dev.keywright.expert.evidence;

import dev.keywright.ops.memory.Profile;
import java.util.List;

/** The server that is measured on. */
interface Site extends AutoCloseable {

    static Site open(ServerChoice choice, Patience patience) {
        return choice.uri().isPresent() ? RunningSite.open(choice.uri().get(), patience) : StartedSite.open(choice);
    }

    /** As the answer names it. */
    String name();

    /** What decides how much memory data takes there. */
    Profile profile();

    /** Milliseconds, by the server's clock. */
    long nowMillis();

    /** The largest sample: items. */
    long mostItems(Depth depth);

    /** The largest sample: bytes sent. */
    long mostBytes(Depth depth);

    /**
     * Makes sure that so much fits.
     *
     * @throws EvidenceException when the server says that it has less
     */
    void admit(long bytes);

    /** Whether messages may be published: on a server of others somebody may listen. */
    boolean mayPublish();

    /** A place for one more candidate. */
    Room room();

    /** Samples will be loaded and weighed. */
    void beforeLoad();

    /** All samples are loaded and weighed; from here on only speed counts. */
    void beforeDrive();

    /** What the reader should know of it. */
    List<String> notes();

    @Override
    void close();
}
