/** Boards of members by score: who leads, who is around whom, of all time or of a day. */
package dev.keywright.leaderboard;
