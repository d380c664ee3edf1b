-- AlterTable
ALTER TABLE "Run" ADD COLUMN "ownerHostname" TEXT;
ALTER TABLE "Run" ADD COLUMN "ownerStart" TEXT;
ALTER TABLE "Run" ADD COLUMN "stopRequestedAt" REAL;
