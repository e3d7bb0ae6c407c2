package dev.keywright.job;

import dev.keywright.codec.Codec;
import java.util.Objects;

/**
 * What kind of work a job is: a name that workers know it by, and how its value is stored.
 *
 * @param name any but empty; it is stored with every job, so it stays when classes are renamed
 */
public record JobType<T>(String name, Codec<T> codec) {

    public JobType {
        Objects.requireNonNull(codec, "codec");
        Texts.check("name of the job type", name);
    }

    public static <T> JobType<T> of(String name, Codec<T> codec) {
        return new JobType<>(name, codec);
    }

    /** A job of this type that runs as soon as a worker is free. */
    public NewJob<T> job(T value) {
        return NewJob.of(this, value);
    }
}
