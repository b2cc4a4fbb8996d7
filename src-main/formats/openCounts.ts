import { extname } from 'node:path'
import { ShiftscopeError } from '@contract/errors'
import type { File } from 'h5wasm/node'
import { openH5ad } from './anndata/openH5ad'
import type { CountsFile } from './countsFile'
import { openDelimited } from './delimited/openDelimited'
import { describePath, emptyFile } from './fileProblems'
import { findDataset, findGroup } from './hdf5/nodes'
import { isHdf5, readHdf5 } from './hdf5/openHdf5'
import { openTenxFolder } from './tenx/openTenxFolder'
import { openTenxHdf5, tenxMatrixGroups } from './tenx/openTenxHdf5'
import { firstLines } from './text/readTable'

/**
 * Opens a file or folder of counts, whatever its format: 10x folder or `.mtx`, 10x HDF5, h5ad, delimited text. Told by
 * the content, not the name. Reads names and annotation, not the matrix.
 * @throws ShiftscopeError `files/…`, `hdf5/…`, `import/…` with the remedy for kinds that are recognised but not read
 */
export async function openCounts(path: string): Promise<CountsFile> {
  const { kind, bytes } = await describePath(path)
  if (kind === 'folder') return openTenxFolder(path)
  if (bytes === 0) throw emptyFile(path)
  if (/\.mtx(?:\.gz)?$/i.test(path)) return openTenxFolder(path)
  if ((await isHdf5(path)) || /\.(?:h5|hdf5|h5ad)$/i.test(path)) {
    return (await readHdf5(path, (file) => hdf5Kind(file, path))) === 'tenx'
      ? openTenxHdf5(path)
      : openH5ad(path)
  }
  await refuseForeignKinds(path)
  return openDelimited(path)
}

function refused(path: string, kind: string, hint: string): ShiftscopeError {
  return new ShiftscopeError({
    code: 'import/unsupportedFormat',
    message: `This is ${kind}, which Shiftscope does not read.`,
    where: path,
    hint,
  })
}

function hdf5Kind(file: File, path: string): 'tenx' | 'h5ad' {
  if (tenxMatrixGroups(file).length > 0) return 'tenx'
  const keys = file.keys()
  if (keys.includes('mod')) {
    throw refused(
      path,
      'a MuData file (.h5mu) with several modalities',
      'Save the modality of gene expression as h5ad. In Python: mudata.read("file.h5mu").mod["rna"].write_h5ad("rna.h5ad").',
    )
  }
  if (keys.includes('row_attrs') && keys.includes('col_attrs')) {
    throw refused(
      path,
      'a Loom file',
      'Save it as h5ad. In Python: anndata.read_loom("file.loom").write_h5ad("file.h5ad").',
    )
  }
  if (findGroup(file, 'assays') && findDataset(file, 'cell.names')) {
    throw refused(
      path,
      'an h5Seurat file',
      'Convert it to h5ad. In R: SeuratDisk::Convert("file.h5Seurat", dest = "h5ad").',
    )
  }
  if (keys.includes('barcode_idx') && keys.includes('umi')) {
    throw refused(
      path,
      'a molecule_info file of Cell Ranger, with reads instead of a matrix',
      'Choose "filtered_feature_bc_matrix.h5" from the same folder.',
    )
  }
  if (keys.includes('obs') || keys.includes('var')) return 'h5ad'
  throw refused(
    path,
    `an HDF5 file of an unknown kind (it holds ${keys.slice(0, 6).join(', ') || 'nothing'})`,
    'Give a 10x matrix (.h5 of Cell Ranger) or an h5ad file.',
  )
}

/** @throws ShiftscopeError `import/unsupportedFormat` for R files and for matrices under another name */
export async function refuseForeignKinds(path: string): Promise<void> {
  const [first = ''] = await firstLines(path, 1)
  if (
    /^(?:RDX[23]|RDA[23]|X|A)$/.test(first) ||
    ['.rds', '.rda', '.rdata'].includes(extname(path).toLowerCase())
  ) {
    throw refused(
      path,
      'an R file (.rds, .rda)',
      'Export it from R: DropletUtils::write10xCounts("folder", counts) writes a 10x folder; zellkonverter::writeH5AD(sce, "file.h5ad") an h5ad file.',
    )
  }
  if (first.startsWith('%%MatrixMarket')) {
    throw refused(
      path,
      'a MatrixMarket file under another name',
      'Name it "matrix.mtx" and put "barcodes.tsv" and "features.tsv" beside it.',
    )
  }
}
