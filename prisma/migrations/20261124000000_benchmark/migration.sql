-- CreateTable
CREATE TABLE "Benchmark" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "createdAt" REAL NOT NULL,
    "model" TEXT NOT NULL,
    "dataset" TEXT NOT NULL,
    "kernels" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "config" TEXT NOT NULL,
    "results" TEXT NOT NULL,
    "profile" TEXT,
    "peers" TEXT NOT NULL
);

-- CreateIndex
CREATE INDEX "Benchmark_createdAt_idx" ON "Benchmark"("createdAt");
