package dev.keywright.job;

/**
 * Does the work of one type of jobs. It may be asked to do the same job twice, when a worker was lost or an answer was: what it does
 * should be harmless the second time, or be guarded, as by {@code Once}. When it is interrupted it should end.
 */
@FunctionalInterface
public interface JobHandler<T> {

    /** @throws Exception when the attempt failed; the job is tried again, or dead after the last attempt */
    void handle(Job<T> job) throws Exception;
}
