/** What is held on the servers for a while: renewed, told when it is lost, waited for. Not exported; locks, semaphores and elections stand on it. */
package dev.keywright.lease;
